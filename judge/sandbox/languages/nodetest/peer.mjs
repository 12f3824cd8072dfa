// One end of the link: asks, and answers what is asked meanwhile, as calls and callbacks nest.
//
//	["ask", number, operation, handle, key, arguments, this, released]
//	["ok", number, value, changed, printed]    ["raise", number, error, changed, printed, trace]
//	["settled", handle, fulfilled, value, printed]
//	["idle"]: the tests have come back to their event loop
//
// Tests and solution are two programs that act as one: what the tests do without waiting is not
// interrupted by timers and promises of the solution. So whoever `follows` goes on answering from
// the first question on until the other side is idle.
//
// An answer is read with the site of what was asked: interface.mjs says what may come there.
//
// A reply has the number of its question: code that runs later, from a timer, may ask while
// the other side asks too.

import { Codec, Memo, UnexpectedResult, lost, sensible } from "./codec.mjs";
import { Link, LinkLost } from "./link.mjs";

const MAX_NESTED = 300;
const MAX_KEPT = 100_000;
const stringify = JSON.stringify;
const immediate = setImmediate;

export class Peer extends Codec {
  #link;
  #asked = 0;
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
        this.guard(() => this.#link.send(["idle"]));
      });
    }
    const memo = new Memo();
    const number = ++this.#asked;
    const told = [this.encode(key, memo), given.map((one) => this.encode(one, memo)), this.encode(self, memo)];
    const released = this.#released.splice(0);
    this.#open.add(number);
    this.#link.send(["ask", number, operation, handle, ...told, released]);
    this.#nested++;
    try {
      return this.#reply(number, memo, site);
    } finally {
      this.#nested--;
      this.#open.delete(number);
    }
  }

  #reply(number, memo, site) {
    for (;;) {
      const message = this.#early.get(number) ?? this.#link.receive();
      this.#early.delete(number);
      if ((message[0] !== "ok" && message[0] !== "raise") || message[1] !== number) {
        this.#take(message);
        continue;
      }
      const [kind, , value, changed, printed, trace] = message;
      this.heard(printed);
      const result = this.read(value, memo, kind === "ok" ? site : `${site}!`);
      if (!Array.isArray(changed)) lost("no changes");
      for (const change of changed) {
        if (!Array.isArray(change) || !memo.objects.has(change[0])) lost("a change of nothing");
        sensible(() => this.fill(memo.objects.get(change[0]), change[1], memo, 0, `${site}~`));
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
    else if (kind === "idle" && this.follows) this.#held = false;
    else if ((kind === "ok" || kind === "raise") && this.#open.has(number)) this.#early.set(number, message);
    else lost("a reply that nobody asked for");
  }

  #serve([, number, operation, handle, key, given, self, released]) {
    if (this.#nested >= 2 * MAX_NESTED) lost("calls nested without end");
    if (!Array.isArray(given) || !Array.isArray(released)) lost("no question");
    const memo = new Memo();
    this.#held = this.follows;
    this.#nested++;
    let reply;
    try {
      for (const one of released) this.#forget(one);
      let before = [];
      try {
        const site = this.siteOf(handle);
        const arguments_ = given.map((one) => this.read(one, memo, site));
        const name = this.read(key, memo, site);
        const receiver = this.read(self, memo, `${site}this`);
        before = [...memo.objects].map(([one, object]) => [one, object, stringify(this.content(object, memo))]);
        const value = this.encode(this.perform(operation, handle, name, arguments_, receiver), memo);
        reply = ["ok", number, value, this.#changes(before, memo), this.printed()];
      } catch (error) {
        if (error instanceof LinkLost) throw error;
        reply = ["raise", number, this.encode(error, memo), this.#changes(before, memo), this.printed(), this.traceOf(error)];
      }
    } finally {
      this.#nested--;
    }
    this.#send(reply, number);
  }

  #send(reply, number) {
    try {
      this.#link.send(reply);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#link.send(["raise", number, this.encode(error, new Memo()), [], this.printed(), ""]);
    }
  }

  #changes(before, memo) {
    const changed = [];
    for (const [number, object, was] of before) {
      const now = this.content(object, memo);
      if (stringify(now) !== was) changed.push([number, now]);
    }
    return changed;
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
        let told;
        try {
          told = this.encode(value, new Memo());
        } catch (error) {
          if (error instanceof LinkLost) throw error;
          [fulfilled, told] = [false, this.encode(error, new Memo())];
        }
        this.#link.send(["settled", number, fulfilled, told, this.printed()]);
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

  #settle([, number, fulfilled, value, printed]) {
    const waiting = this.#promises.get(number) ?? lost("no such promise");
    this.#promises.delete(number);
    this.pending(-1);
    this.heard(printed);
    let result;
    try {
      result = this.read(value, new Memo(), fulfilled === true ? `${waiting.site}@` : `${waiting.site}!`);
    } catch (error) {
      if (!(error instanceof UnexpectedResult)) throw error;
      waiting.reject(error);
      return;
    }
    // A result with a method "then" cannot come: what is not data has no hooks but the reference's.
    if (fulfilled === true) waiting.resolve(result);
    else waiting.reject(result);
  }
}

function isPromise(value) {
  return typeof value === "object" && value instanceof Promise;
}
