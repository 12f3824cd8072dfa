// One end of the link: asks, and answers what is asked meanwhile, as calls and callbacks nest.
//
//	["ask", number, operation, handle, changed, key, arguments, this, released]
//	["ok", number, changed, value, printed]    ["raise", number, changed, error, printed, trace]
//	["settled", handle, fulfilled, changed, value, printed]
//	["idle", changed]: the tests have come back to their event loop
//
// `changed` is what containers hold that have changed since they crossed.
//
// Tests and solution are two programs that act as one: what the tests do without waiting is not
// interrupted by timers and promises of the solution. So whoever `follows` goes on answering from
// the first question on until the other side is idle.
//
// An answer is read with the site of what was asked: interface.mjs says what may come there.
//
// A reply has the number of its question: code that runs later, from a timer, may ask while
// the other side asks too.

import { Codec, UnexpectedResult, lost, sensible } from "./codec.mjs";
import { Containers, Memo } from "./containers.mjs";
import { Link, LinkLost } from "./link.mjs";

const MAX_NESTED = 300;
const MAX_KEPT = 100_000;
/** Questions whose answer is made for them. */
const STEPS = new Set(["next", "return", "throw", "keys", "describe", "exports"]);
const immediate = setImmediate;

export class Peer extends Codec {
  #link;
  #asked = 0;
  #containers = new Containers();
  #nested = 0;
  /** Whether the other side is to be told that we are idle. */
  #idle = false;
  /** Whether the other side may go on asking before we do anything else. */
  #held = false;
  #early = new Map();
  #open = new Set();
  /** What the other side has numbers of. */
  kept = new Map();
  #numbers = new WeakMap();
  #last = 0;
  #errorNumbers = new WeakMap();
  #errors = new Map();
  /** Errors of the other side, by its numbers, and the numbers by error. */
  #theirErrors = new Map();
  #theirErrorNumbers = new WeakMap();
  /** Stand-ins by the other side's number, weakly, and the other way round. */
  standIns = new Map();
  theirs = new WeakMap();
  #promises = new Map();
  #released = [];
  #registry = new FinalizationRegistry((number) => {
    if (!this.standIns.get(number)?.deref()) {
      this.standIns.delete(number);
      this.#released.push(number);
    }
  });

  constructor(descriptor) {
    super();
    this.#link = new Link(descriptor);
  }

  listen() {
    this.#link.listen((message) => this.guard(() => {
      this.#take(message());
      while (this.#held) this.#take(this.#link.receive());
    }));
  }

  /** Whether there is anything to wait for; without, the process may end. */
  keepAlive(on) {
    this.#link.keepAlive(on);
  }

  /** Ends the process where the link is lost. */
  guard(action) {
    try {
      return action();
    } catch (error) {
      if (error instanceof LinkLost) this.lose(error);
      throw error;
    }
  }

  // What both sides do differently.
  follows = false;
  lose() {}
  pending() {}
  perform() {}
  printed() {
    return 0;
  }
  heard() {}
  traceOf() {
    return "";
  }
  /** The site of what the other side passes to something of ours. */
  siteOf() {
    return "";
  }

  ask(operation, handle = 0, key = null, given = [], self = undefined, site = "") {
    return this.guard(() => this.#ask(operation, handle, key, given, self, site));
  }

  #ask(operation, handle, key, given, self, site) {
    if (this.#nested >= MAX_NESTED) throw new RangeError("Maximum call stack size exceeded");
    if (!this.follows && !this.#idle) {
      this.#idle = true;
      immediate(() => {
        this.#idle = false;
        this.guard(() => {
          const memo = this.#memo();
          this.#link.send(["idle", this.#changes(memo)]);
          memo.agree();
        });
      });
    }
    const memo = this.#memo();
    const number = ++this.#asked;
    const changed = this.#changes(memo);
    const told = [this.encode(key, memo), given.map((one) => this.encode(one, memo)), this.encode(self, memo)];
    const released = this.#released.splice(0);
    this.#open.add(number);
    this.#link.send(["ask", number, operation, handle, changed, ...told, released]);
    memo.agree(`${site}~`);
    this.#nested++;
    try {
      return this.#reply(number, memo, site, operation);
    } finally {
      this.#nested--;
      this.#open.delete(number);
    }
  }

  #reply(number, memo, site, operation) {
    for (;;) {
      const message = this.#early.get(number) ?? this.#link.receive();
      this.#early.delete(number);
      if ((message[0] !== "ok" && message[0] !== "raise") || message[1] !== number) {
        this.#take(message);
        continue;
      }
      const [kind, , changed, value, printed, trace] = message;
      this.heard(printed);
      let result;
      try {
        this.#change(changed, memo);
        result = this.read(value, memo, kind === "ok" ? site : `${site}!`);
      } finally {
        memo.agree("", STEPS.has(operation) ? result : null);
      }
      if (kind === "raise") throw this.raised(result, String(trace ?? ""));
      return result;
    }
  }

  raised(error) {
    return error;
  }

  /** A message that is no reply to the innermost question. */
  #take(message) {
    const [kind, number] = message;
    if (kind === "ask") this.#serve(message);
    else if (kind === "settled") this.#settle(message);
    else if (kind === "idle" && this.follows) this.#rest(message);
    else if ((kind === "ok" || kind === "raise") && this.#open.has(number)) this.#early.set(number, message);
    else lost("a reply that nobody asked for");
  }

  #rest([, changed]) {
    this.#held = false;
    const memo = this.#memo();
    this.#change(changed, memo);
    memo.agree();
  }

  #serve([, number, operation, handle, changed, key, given, self, released]) {
    if (this.#nested >= 2 * MAX_NESTED) lost("calls nested without end");
    if (!Array.isArray(given) || !Array.isArray(released)) lost("no question");
    const memo = this.#memo();
    this.#held = this.follows;
    this.#nested++;
    let reply;
    let step = null;
    try {
      for (const one of released) this.#forget(one);
      try {
        const site = this.siteOf(handle);
        this.#change(changed, memo);
        const name = this.read(key, memo, site);
        const arguments_ = given.map((one) => this.read(one, memo, site));
        const receiver = this.read(self, memo, `${site}this`);
        memo.agree();
        const value = this.perform(operation, handle, name, arguments_, receiver);
        if (STEPS.has(operation)) step = value;
        reply = ["ok", number, this.#changes(memo), this.encode(value, memo), this.printed()];
      } catch (error) {
        if (error instanceof LinkLost) throw error;
        memo.said.clear();
        reply = ["raise", number, this.#changes(memo), this.#thrown(error, memo), this.printed(), this.traceOf(error)];
      }
    } finally {
      this.#nested--;
    }
    this.#send(reply, memo, step);
  }

  /** What was thrown, or why it cannot cross. */
  #thrown(error, memo) {
    const before = new Map(memo.said);
    try {
      return this.encode(error, memo);
    } catch (why) {
      if (why instanceof LinkLost) throw why;
      memo.said = before;
      return this.encode(new TypeError(`what was thrown cannot cross: ${why instanceof Error ? why.message : "it throws itself"}`), memo);
    }
  }

  #send(reply, memo, step) {
    try {
      this.#link.send(reply);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      memo.said.clear();
      this.#link.send(["raise", reply[1], [], this.encode(error, memo), this.printed(), ""]);
    }
    memo.agree("", step);
  }

  #memo() {
    return new Memo(this.#containers, this.follows ? -1 : 1);
  }

  #changes(memo) {
    return memo.changes((object) => {
      if (!this.copies(object)) throw new TypeError("it is no plain data any more");
      return this.content(object, memo);
    });
  }

  /** Have containers hold what they hold on the other side. */
  #change(changed, memo) {
    if (!Array.isArray(changed)) lost("no changes");
    memo.changing = true;
    for (const change of changed) {
      if (!Array.isArray(change) || memo.said.has(change[0])) lost("a change of nothing");
      memo.count();
      const entry = memo.entry(change[0]);
      // One that was forgotten here is read all the same: others may be told in it.
      const object = entry?.object ?? this.empty(change[1]);
      memo.say(object, change[0], entry?.site);
      sensible(() => this.fill(object, change[1], memo, 0, entry?.site));
    }
    memo.changing = false;
  }

  // Values that stay here.

  numberOf(value) {
    let number = this.#numbers.get(value);
    if (number === undefined || !this.kept.has(number)) {
      if (this.kept.size >= MAX_KEPT) throw new RangeError("too many values at once are kept for the other side");
      number = ++this.#last;
      this.#numbers.set(value, number);
      this.kept.set(number, value);
      if (isPromise(value)) this.#watch(value, number);
    }
    return number;
  }

  #forget(number) {
    this.kept.delete(number);
  }

  #watch(promise, number) {
    const tell = (fulfilled, value) => {
      this.guard(() => {
        const memo = this.#memo();
        let told;
        try {
          told = [this.#changes(memo), this.encode(value, memo)];
        } catch (error) {
          if (error instanceof LinkLost) throw error;
          memo.said.clear();
          fulfilled = false;
          told = [this.#changes(memo), this.#thrown(error, memo)];
        }
        this.#link.send(["settled", number, fulfilled, ...told, this.printed()]);
        memo.agree();
      });
    };
    Promise.prototype.then.call(promise, (value) => tell(true, value), (error) => tell(false, error));
  }

  keepSymbol(value) {
    throw new TypeError(`${String(value)} cannot cross between tests and solution: only shared symbols can`);
  }

  symbolOf() {
    return lost("no such symbol");
  }

  keepError(error) {
    const theirs = this.#theirErrorNumbers.get(error);
    if (theirs !== undefined) return -theirs;
    let number = this.#errorNumbers.get(error);
    if (number === undefined) {
      number = this.#errors.size + 1;
      this.#errorNumbers.set(error, number);
      this.#errors.set(number, error);
    }
    return number;
  }

  /** The error that a number stands for, if it has been here: theirs, or one of ours that returns. */
  errorOf(number) {
    return number < 0 ? (this.#errors.get(-number) ?? lost("no such error")) : this.#theirErrors.get(number);
  }

  rememberError(number, error) {
    if (!Number.isInteger(number) || this.#theirErrors.size >= MAX_KEPT) lost("no number of an error");
    this.#theirErrors.set(number, error);
    this.#theirErrorNumbers.set(error, number);
  }

  home(number) {
    return this.kept.has(number) ? this.kept.get(number) : lost("no such value");
  }

  /** How a value of the other side goes back to it. */
  foreign(value) {
    const number = this.theirs.get(value);
    return number === undefined ? undefined : ["R", number];
  }

  /** The stand-in with this number, made where there is none yet. */
  standIn(number, make) {
    if (!Number.isInteger(number)) lost("no number");
    const known = this.standIns.get(number)?.deref();
    if (known) return known;
    if (this.standIns.size > 2 * MAX_KEPT) lost("too many values at once");
    const made = make();
    this.standIns.set(number, new WeakRef(made));
    this.theirs.set(made, number);
    this.#registry.register(made, number);
    return made;
  }

  promise(number, site = "") {
    return this.standIn(number, () => {
      this.pending(1);
      return new Promise((resolve, reject) => this.#promises.set(number, { resolve, reject, site }));
    });
  }

  #settle([, number, fulfilled, changed, value, printed]) {
    const waiting = this.#promises.get(number) ?? lost("no such promise");
    this.#promises.delete(number);
    this.pending(-1);
    this.heard(printed);
    let result;
    const memo = this.#memo();
    try {
      this.#change(changed, memo);
      result = this.read(value, memo, fulfilled === true ? `${waiting.site}@` : `${waiting.site}!`);
    } catch (error) {
      if (!(error instanceof UnexpectedResult)) throw error;
      waiting.reject(error);
      return;
    } finally {
      memo.agree();
    }
    // A result with a method "then" cannot come: what is not data has no hooks but the reference's.
    if (fulfilled === true) waiting.resolve(result);
    else waiting.reject(result);
  }
}

function isPromise(value) {
  return typeof value === "object" && value instanceof Promise;
}
