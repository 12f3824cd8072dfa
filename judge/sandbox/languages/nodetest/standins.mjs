// The tests' side: what stands for the solution's functions, classes and objects.
//
// They look like what they stand for: `instanceof`, fields, methods, iteration and `await` work,
// since each of them is a question to the solution. Which questions there are, interface.mjs says,
// and an answer is data or a stand-in that is expected where it comes.

import process from "node:process";
import { inspect, types } from "node:util";
import { EventEmitter } from "node:events";
import { ERRORS, lost, own } from "./codec.mjs";
import { keyText } from "./interface.mjs";
import { Peer } from "./peer.mjs";
import { Surroundings } from "./surroundings.mjs";

export const LINK = 4;
const LINK_LOST = 97;
const MAX_KEYS = 10_000;
const MAX_CLASSES = 20;
const PRIVATE = new Set(["constructor", "prototype", "caller", "callee", "arguments"]);
const BASES = { ...ERRORS, EventEmitter, Map, Set, Array };
const KINDS = new Set(["function", "class", "object", "iterator", "asyncIterator"]);
const exit = process.reallyExit.bind(process);
const functionText = Function.prototype.toString;

class Tests extends Peer {
  /** Bytes that the solution has printed so far. */
  seenPrinted = 0;
  /** Where the student's code threw what a test did not catch, by error. */
  traces = new WeakMap();
  /** What the tests may see; set before anything is asked. */
  interface = null;
  /** Text, name and parameters of exported functions, by site. */
  sources = new Map();

  #pending = 0;
  #types = new WeakMap();
  #made = new Map();
  #surroundings = new Surroundings(this);

  lose() {
    exit(LINK_LOST);
  }

  /** node:test is done when nothing is left to wait for. */
  pending(more) {
    this.#pending += more;
    this.keepAlive(this.#pending > 0);
  }

  heard(printed) {
    if (!Number.isSafeInteger(printed) || printed < 0) lost("no count");
    this.seenPrinted = Math.max(this.seenPrinted, printed);
  }

  raised(error, trace) {
    if (typeof error === "object" && error !== null && trace) this.traces.set(error, trace);
    return error;
  }

  /** Ask what runs code of the submission, which finds the globals that the tests have replaced. */
  run(...question) {
    this.#surroundings.tell();
    return this.ask(...question);
  }

  // What of ours the solution may use.

  keep(value) {
    if (typeof value === "function") {
      if (/^class\b/.test(functionText.call(value))) {
        throw new TypeError(`class ${value.name} of the tests cannot cross to the solution`);
      }
      return ["H", this.numberOf(value), "function", value.length, value.name];
    }
    if (types.isPromise(value)) return ["H", this.numberOf(value), "promise"];
    return ["H", this.numberOf(value), "object"];
  }

  siteOf(handle) {
    const value = this.home(handle);
    return this.#surroundings.siteOf(value) ?? `callback ${typeof value === "function" ? value.name : ""}`;
  }

  perform(operation, handle, key, given, self) {
    const value = this.home(handle);
    if (operation === "call" && typeof value === "function") return Reflect.apply(value, self, given);
    if (typeof value === "object" && isPublic(value, key)) {
      if (operation === "get") return value[key];
      if (operation === "has") return key in value;
    }
    return undefined;
  }

  // What of the solution's we have.

  meet([, number, kind, ...more], memo, depth, site) {
    if (!Number.isInteger(number) || number < 1) lost("no number");
    const known = this.standIns.get(number)?.deref();
    if (kind === "promise") {
      if (known && !types.isPromise(known)) lost("what it was is another kind");
      return this.promise(number, site);
    }
    if (kind === "error") return this.#error(number, more, memo, depth, site);
    if (!KINDS.has(kind)) lost("a value of an unknown kind");
    const classes = kind === "object" || kind === "class" ? more[0] : [];
    if (!Array.isArray(classes) || classes.length > MAX_CLASSES) lost("no classes");
    const given = known && this.#types.get(known);
    if (known && !given) lost("what it was is another kind");
    const facts = { classes, known: given, base: own(BASES, String(more[1])) ? more[1] : null, isArray: more[2] === true };
    const type = this.interface.admit(site, kind, facts);
    if (known) return known;
    const made = this.standIn(number, () => this.#make(number, type, kind, classes));
    this.#types.set(made, type);
    return made;
  }

  #make(number, type, kind, classes) {
    switch (type.kind) {
      case "class":
        return this.#class(number, type, classes);
      case "function":
        return functionOf(number, type);
      case "iterator":
      case "asyncIterator":
        return iteratorOf(number, type);
    }
    return objectOf(number, type, this.#made.get(type.id)?.prototype ?? Object.prototype);
  }

  #class(number, type, classes) {
    const name = nameOf(type);
    const parent = classes.map((one) => this.standIns.get(one)?.deref()).find((one) => one !== undefined && this.#types.get(one)?.kind === "class");
    const above = parent?.prototype ?? (own(BASES, String(type.base)) ? BASES[type.base].prototype : Object.prototype);
    const prototype = Object.create(above);
    const made = functionOf(number, type, prototype, parent);
    Object.defineProperty(prototype, "constructor", { value: made, configurable: true, writable: true });
    if (Error.prototype.isPrototypeOf(prototype)) Object.defineProperty(prototype, "name", { value: name === "default" ? "Error" : name, configurable: true, writable: true });
    const instances = this.interface.instances(type);
    if (parent) {
      type.parent = this.#types.get(parent);
      instances.parent = this.interface.instances(type.parent);
    }
    this.interface.classNumber(number, type);
    this.#made.set(instances.id, made);
    return made;
  }

  /** An error of a class of the submission's: of the stand-in, or of what it derives from. */
  #error(number, [classes, base, message, fields, errorNumber], memo, depth, site) {
    if (!Array.isArray(classes) || classes.length > MAX_CLASSES || !Array.isArray(fields)) lost("no error");
    const known = this.standIns.get(number)?.deref();
    if (known) return types.isNativeError(known) ? known : lost("what it was is another kind");
    return this.standIn(number, () => {
      const kind = own(ERRORS, String(base)) ? ERRORS[base] : Error;
      const error = this.errorOf(errorNumber) ?? (kind === AggregateError ? new kind([], String(message)) : new kind(String(message)));
      this.rememberError(errorNumber, error);
      const made = classes.map((one) => this.standIns.get(one)?.deref()).find((one) => one && this.#types.get(one)?.kind === "class");
      if (made && Error.prototype.isPrototypeOf(made.prototype)) Object.setPrototypeOf(error, made.prototype);
      this.fillError(error, fields, memo, depth, site);
      return error;
    });
  }
}

/** What a function or class is called: its last name on the way to it. */
const nameOf = (type) => /[:.]([^:.()#@>[\]]*)$/.exec(type.id)?.[1] ?? "";

function isPublic(value, key) {
  if (typeof key === "symbol") return key === Symbol.iterator || key === Symbol.asyncIterator;
  if (typeof key !== "string" || key.startsWith("_") || PRIVATE.has(key)) return false;
  return key in value && !(key in Object.prototype);
}

export const tests = new Tests(LINK);

/** A member as the interface lets it be seen; `local` says what is seen of one that is not asked. */
function member(number, type, key, local) {
  const policy = tests.interface.policy(type, key);
  if (policy === "local") return local();
  if (policy === "data") return tests.run("get", number, key, [], undefined, "");
  const found = tests.run(policy === "probe" ? "probe" : "get", number, key, [], undefined, `${type.id}.${keyText(key)}`);
  if (policy === "probe" && found === undefined) return local();
  if (found !== undefined) tests.interface.has(type, key);
  return found;
}

const isAsked = (type, key) => keyText(key) !== undefined && !["local", "probe"].includes(tests.interface.policy(type, key));

/** What a test writes into an object of the submission's. */
function set(number, type, key, value) {
  return isAsked(type, key) && tests.run("set", number, key, [value]) === true;
}

/** A function, or a class where there is a prototype. */
function functionOf(number, type, prototype, parent) {
  const target = function () {};
  if (prototype) target.prototype = prototype;
  if (parent) Object.setPrototypeOf(target, parent);
  const name = nameOf(type);
  const read = tests.sources.get(type.id);
  Object.defineProperty(target, "name", { value: read?.name ?? name, configurable: true });
  Object.defineProperty(target, "length", { value: read?.length ?? 0, configurable: true });
  const text = () => {
    if (!read) throw new TypeError(`the text of ${target.name || "this function"} cannot be read from the submission`);
    return read.text;
  };
  return new Proxy(target, {
    apply(_, self, given) {
      if (prototype) throw new TypeError(`Class constructor ${target.name} cannot be invoked without 'new'`);
      return tests.run("call", number, null, given, self === globalThis ? undefined : self, `${type.id}()`);
    },
    construct: (_, given) => tests.run("new", number, null, given, undefined, `${type.id}#new`),
    get(_, key, receiver) {
      if (key === "toString") return text;
      if (key === "name" || key === "length" || key === "prototype") return target[key];
      return member(number, type, key, () => Reflect.get(target, key, receiver));
    },
    has: (_, key) => key in target || (isAsked(type, key) && tests.run("has", number, key) === true),
    set: (_, key, value) => set(number, type, key, value),
    defineProperty: (_, key, found) => "value" in found && set(number, type, key, found.value),
    getOwnPropertyDescriptor(_, key) {
      const found = Reflect.getOwnPropertyDescriptor(target, key);
      return found ?? (isAsked(type, key) ? descriptor(number, type, key) : undefined);
    },
    deleteProperty: (_, key) => isAsked(type, key) && tests.run("delete", number, key) === true,
  });
}

function descriptor(number, type, key) {
  const found = tests.run("describe", number, key, [], undefined, "");
  if (!found || typeof found !== "object") return undefined;
  // The value is asked apart: it has its own site.
  return { value: member(number, type, key, () => undefined), enumerable: found.enumerable === true, writable: true, configurable: true };
}

/** An object that stays with the solution. */
function objectOf(number, type, prototype) {
  const target = type.isArray ? [] : Object.create(prototype);
  const shown = () => {
    const found = {};
    for (const key of keys().slice(0, 50)) {
      try {
        found[key] = member(number, type, key, () => undefined);
      } catch {
        found[key] = "…";
      }
    }
    return found;
  };
  const keys = () => {
    const found = tests.run("keys", number);
    if (!Array.isArray(found) || found.length > MAX_KEYS || found.some((key) => typeof key !== "string")) lost("no keys");
    return found;
  };
  const made = new Proxy(target, {
    get(_, key, receiver) {
      if (key === inspect.custom) return () => shown();
      return member(number, type, key, () => Reflect.get(target, key, receiver));
    },
    set: (_, key, value) => set(number, type, key, value),
    has: (_, key) => (isAsked(type, key) ? tests.run("has", number, key) === true : key in target),
    deleteProperty: (_, key) => isAsked(type, key) && tests.run("delete", number, key) === true,
    defineProperty: (_, key, found) => "value" in found && set(number, type, key, found.value),
    ownKeys: () => [...new Set([...keys().filter((key) => key !== "__proto__"), ...(type.isArray ? ["length"] : [])])],
    getOwnPropertyDescriptor(_, key) {
      if (typeof key === "symbol") return undefined;
      const found = descriptor(number, type, key);
      if (type.isArray && key === "length") return { ...Reflect.getOwnPropertyDescriptor(target, key), value: Number(found?.value) >>> 0 };
      return found;
    },
  });
  return made;
}

/** An iterator: its own object, whose steps are data of the submission's. */
function iteratorOf(number, type) {
  const isAsync = type.kind === "asyncIterator";
  const checked = (step) => {
    if (typeof step !== "object" || step === null) throw new TypeError(`Iterator result ${String(step)} is not an object`);
    return { done: Boolean(step.done), value: step.value };
  };
  const step = (operation, given) => {
    const found = tests.run(operation, number, null, given, undefined, `${type.id}>`);
    return isAsync ? Promise.resolve(found).then(checked) : checked(found);
  };
  const above = isAsync ? Object.getPrototypeOf(Object.getPrototypeOf(Object.getPrototypeOf((async function* () {})()))) : Iterator.prototype;
  const made = Object.create(above);
  const methods = { next: (...given) => step("next", given), return: (...given) => step("return", given), throw: (...given) => step("throw", given) };
  for (const [key, value] of Object.entries(methods)) Object.defineProperty(made, key, { value, writable: true, configurable: true });
  return made;
}
