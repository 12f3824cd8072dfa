// The tests' side: what stands for the solution's functions, classes and objects.
//
// They look like what they stand for: `instanceof`, fields, methods, iteration and `await` work,
// since each of them is a question to the solution. What they answer is believed in nothing
// but its value.

import process from "node:process";
import { inspect, types } from "node:util";
import { Peer } from "./peer.mjs";
import { lost, own } from "./codec.mjs";

export const LINK = 4;
const LINK_LOST = 97;
const ERRORS = { Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError };
const PRIVATE = new Set(["constructor", "prototype", "caller", "callee", "arguments"]);
const exit = process.reallyExit.bind(process);

class Tests extends Peer {
  /** Bytes that the solution has printed so far. */
  seenPrinted = 0;
  /** Where the student's code threw what a test did not catch, by error. */
  traces = new WeakMap();

  #pending = 0;

  lose() {
    exit(LINK_LOST);
  }

  /** node:test is done when nothing is left to wait for. */
  pending(more) {
    this.#pending += more;
    this.keepAlive(this.#pending > 0);
  }

  heard(printed) {
    if (!Number.isInteger(printed) || printed < 0) lost("no count");
    this.seenPrinted = Math.max(this.seenPrinted, printed);
  }

  raised(error, trace) {
    if (typeof error === "object" && error !== null && trace) this.traces.set(error, trace);
    return error;
  }

  // What of ours the solution may use.

  keep(value) {
    if (typeof value === "function") {
      if (/^class\b/.test(Function.prototype.toString.call(value))) {
        throw new TypeError(`class ${value.name} of the tests cannot cross to the solution`);
      }
      return ["H", this.numberOf(value), "function"];
    }
    if (types.isPromise(value)) return ["H", this.numberOf(value), "promise"];
    return ["H", this.numberOf(value), "object"];
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

  meet([, number, kind, ...more], memo, depth) {
    switch (kind) {
      case "promise":
        return this.promise(number);
      case "function":
        return this.standIn(number, () => functionOf(number, String(more[0] ?? ""), false));
      case "class": {
        const parent = more[1] === null ? null : this.decode(more[1], memo, depth + 1);
        return this.standIn(number, () => classOf(number, String(more[0]), parent, more[2]));
      }
      case "error":
        return this.#error(number, more, memo, depth);
      case "object": {
        const made = more[0] === null ? null : this.decode(more[0], memo, depth + 1);
        return this.standIn(number, () => objectOf(number, made, more[1] === true));
      }
    }
    return lost("a value of an unknown kind");
  }

  #error(number, [told, message, fields, errorNumber], memo, depth) {
    const made = told === null ? null : this.decode(told, memo, depth + 1);
    return this.standIn(number, () => {
      const error = this.errorOf(errorNumber) ?? new Error(String(message));
      this.rememberError(errorNumber, error);
      if (typeof made === "function") Object.setPrototypeOf(error, made.prototype);
      for (const [key, one] of fields) {
        const value = this.decode(one, memo, depth + 1);
        Object.defineProperty(error, String(key), { value, writable: true, configurable: true, enumerable: true });
      }
      return error;
    });
  }
}

function isPublic(value, key) {
  if (typeof key === "symbol") return key === Symbol.iterator || key === Symbol.asyncIterator;
  if (typeof key !== "string" || key.startsWith("_") || PRIVATE.has(key)) return false;
  return key in value && !(key in Object.prototype);
}

export const tests = new Tests(LINK);

const callable = (number, key) => (typeof key === "symbol" && Symbol.keyFor(key) === undefined && !isWellKnown(key) ? undefined : number);
const WELL_KNOWN = new Set(Object.getOwnPropertyNames(Symbol).map((name) => Symbol[name]).filter((one) => typeof one === "symbol"));
const isWellKnown = (key) => WELL_KNOWN.has(key);

/** A function. `new` works as well, where it is one of the old kind. */
function functionOf(number, name, isClass, prototype) {
  const target = function () {};
  Object.defineProperty(target, "name", { value: name, configurable: true });
  if (prototype) target.prototype = prototype;
  return new Proxy(target, {
    apply(_, self, given) {
      if (isClass) throw new TypeError(`Class constructor ${name} cannot be invoked without 'new'`);
      return tests.ask("call", number, null, given, self === globalThis ? undefined : self);
    },
    construct: (_, given) => tests.ask("new", number, null, given),
    get(_, key) {
      if (key === "prototype" || key === inspect.custom || key === Symbol.hasInstance) return target[key];
      return callable(number, key) === undefined ? undefined : tests.ask("get", number, key);
    },
    has: (_, key) => key in target || tests.ask("has", number, key),
    set: (_, key, value) => tests.ask("set", number, key, [value]),
  });
}

function classOf(number, name, parent, base) {
  const above = typeof parent === "function" ? parent.prototype : own(ERRORS, String(base)) ? ERRORS[base].prototype : Object.prototype;
  const prototype = Object.create(above);
  const made = functionOf(number, name, true, prototype);
  Object.defineProperty(prototype, "constructor", { value: made, configurable: true, writable: true });
  if (above !== Object.prototype) Object.defineProperty(prototype, "name", { value: name === "" ? "Error" : name, configurable: true, writable: true });
  return made;
}

/** An object that stays with the solution. */
function objectOf(number, made, isArray) {
  const prototype = typeof made === "function" ? made.prototype : Object.prototype;
  const target = isArray ? [] : Object.create(prototype);
  Object.defineProperty(target, inspect.custom, { value: () => String(tests.ask("inspect", number)), configurable: true });
  const ask = (operation, key, given) => (callable(number, key) === undefined ? undefined : tests.ask(operation, number, key, given));
  return new Proxy(target, {
    get(_, key) {
      if (key === inspect.custom) return target[key];
      if (key === "constructor" && typeof made === "function") return made;
      return ask("get", key);
    },
    set: (_, key, value) => ask("set", key, [value]) === true,
    has: (_, key) => ask("has", key) === true,
    deleteProperty: (_, key) => ask("delete", key) === true,
    ownKeys(_) {
      const keys = tests.ask("keys", number);
      if (!Array.isArray(keys) || keys.some((key) => typeof key !== "string" && typeof key !== "symbol")) lost("no keys");
      return [...new Set([...keys, ...(isArray ? ["length"] : [])])];
    },
    getOwnPropertyDescriptor(_, key) {
      const found = ask("describe", key);
      if (typeof found !== "object" || found === null) return undefined;
      if (isArray && key === "length") return { ...Reflect.getOwnPropertyDescriptor(target, key), value: found.value };
      return { value: found.value, enumerable: found.enumerable === true, writable: true, configurable: true };
    },
  });
}
