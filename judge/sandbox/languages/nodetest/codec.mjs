// Values as they cross: plain data is copied, anything else stays and crosses as a number.
//
// JSON's own values are themselves; all others are arrays with a tag in front. Arrays, objects,
// maps, sets and bytes have a number (containers.mjs), so that one that comes back is the same one.

import { types } from "node:util";
import { LinkLost } from "./link.mjs";

const MAX_DEPTH = 200;
const MAX_DIGITS = 1_000_000;
export const ERRORS = { Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError };
// A program may replace these.
const { Date, RegExp, Map, Set, URL, BigInt, Symbol, Array, ArrayBuffer, Number, String, Reflect } = globalThis;
const { isInteger, isFinite } = Number;
const BYTES = Object.fromEntries(
  [Uint8Array, Uint8ClampedArray, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array,
    Float32Array, Float64Array, BigInt64Array, BigUint64Array, Buffer].map((kind) => [kind.name, kind]),
);
const WELL_KNOWN = Object.fromEntries(
  Object.getOwnPropertyNames(Symbol)
    .filter((name) => typeof Symbol[name] === "symbol")
    .map((name) => [name, Symbol[name]]),
);
const NUMBERS = new Map([["-0", -0], ["NaN", NaN], ["Infinity", Infinity], ["-Infinity", -Infinity]]);
const { defineProperty, getOwnPropertyDescriptors, getPrototypeOf } = Object;

/** A result of a shape that the reference has not. */
export class UnexpectedResult extends TypeError {}
UnexpectedResult.prototype.name = "TypeError";

export const lost = (why) => {
  throw new LinkLost(why);
};
export const own = (object, key) => Object.prototype.hasOwnProperty.call(object, key);

/** Do what reads from the other side. */
export function sensible(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof LinkLost || error instanceof UnexpectedResult) throw error;
    return lost("what came makes no sense");
  }
}

/** Whether it is an object that a copy can stand for: no methods, no accessors. */
function isPlain(value) {
  const prototype = getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return false;
  for (const key of Reflect.ownKeys(value)) {
    const found = Reflect.getOwnPropertyDescriptor(value, key);
    if (typeof key === "symbol" || !found.enumerable || !("value" in found)) return false;
    if (typeof found.value === "function") return false;
  }
  return true;
}

export function state(value) {
  return Object.isExtensible(value) ? 0 : Object.isFrozen(value) ? 2 : Object.isSealed(value) ? 1 : 0;
}

function digitsOf(value) {
  const text = String(value);
  if (text.length > MAX_DIGITS) throw new RangeError(`an integer of more than ${MAX_DIGITS} digits cannot cross between tests and solution`);
  return text;
}

/** Not by assignment: a key may be __proto__. What cannot be changed stays as it is. */
function put(object, key, value) {
  const found = Reflect.getOwnPropertyDescriptor(object, key);
  if (found && "value" in found && Object.is(found.value, value)) return;
  Reflect.defineProperty(object, key, { value, writable: true, configurable: true, enumerable: true });
}

export const same = (one, other) => one.length === other.length && one.every((item, i) => Object.is(item, other[i]));

/** Subclasses say how what stays is numbered (`keep`) and found (`meet`, `home`). */
const HIDDEN = new Set(["cause", "errors", "name"]);
export class Codec {
  encode(value, memo, depth = 0) {
    if (depth > MAX_DEPTH) throw new RangeError("a value is nested too deeply to cross");
    switch (typeof value) {
      case "string":
      case "boolean":
        return value;
      case "number":
        return Number.isFinite(value) && !Object.is(value, -0) ? value : ["n", Object.is(value, -0) ? "-0" : String(value)];
      case "undefined":
        return ["u"];
      case "bigint":
        return ["i", digitsOf(value)];
      case "symbol":
        return this.#symbol(value);
      case "function":
        return this.foreign(value) ?? this.keep(value, memo, depth);
    }
    return value === null ? null : this.#object(value, memo, depth);
  }

  #symbol(value) {
    for (const name of Object.keys(WELL_KNOWN)) if (WELL_KNOWN[name] === value) return ["y", "w", name];
    const key = Symbol.keyFor(value);
    return key === undefined ? this.keepSymbol(value) : ["y", "f", key];
  }

  #object(value, memo, depth) {
    const known = memo.number(value);
    if (memo.said.has(known)) return ["p", known];
    const returning = this.foreign(value);
    if (returning) return returning;
    if (types.isProxy(value)) return this.keep(value, memo, depth);
    const prototype = getPrototypeOf(value);
    if (types.isNativeError(value) && ERRORS[prototype?.constructor?.name]?.prototype === prototype) {
      return this.#error(value, memo, depth);
    }
    if (prototype === URL.prototype) return ["l", value.href];
    if (types.isRegExp(value) && prototype === RegExp.prototype) return ["r", value.source, value.flags];
    if (!this.copies(value, prototype)) return this.keep(value, memo, depth);
    const number = memo.say(value, known);
    return ["c", number, this.content(value, memo, depth)];
  }

  /** Whether a copy can stand for it. */
  copies(value, prototype = getPrototypeOf(value)) {
    if (Array.isArray(value)) return prototype === Array.prototype;
    if (types.isDate(value)) return prototype === Date.prototype;
    if (types.isMap(value)) return prototype === Map.prototype;
    if (types.isSet(value)) return prototype === Set.prototype;
    if (types.isTypedArray(value)) return BYTES[prototype.constructor?.name]?.prototype === prototype;
    if (types.isAnyArrayBuffer(value)) return prototype === ArrayBuffer.prototype;
    return isPlain(value);
  }

  #error(value, memo, depth) {
    if (depth > MAX_DEPTH) throw new RangeError("a value is nested too deeply to cross");
    const name = getPrototypeOf(value).constructor.name;
    return ["e", name, String(value.message), this.fieldsOf(value, memo, depth), this.keepError(value)];
  }

  /** An error's own fields, and a name that is not its class's. */
  fieldsOf(error, memo, depth) {
    const keys = Reflect.ownKeys(error).filter((key) => typeof key === "string" && key !== "stack" && key !== "message");
    const fields = keys.map((key) => [key, this.encode(error[key], memo, depth + 1)]);
    if (!keys.includes("name") && !(ERRORS[error.name]?.prototype === getPrototypeOf(error))) fields.push(["name", String(error.name)]);
    return fields;
  }

  /** What a container holds now. */
  content(value, memo, depth = 0) {
    const encode = (one) => this.encode(one, memo, depth + 1);
    if (Array.isArray(value)) {
      const items = [];
      for (let i = 0; i < value.length; i++) items.push(i in value ? encode(value[i]) : ["h"]);
      return ["a", items, state(value)];
    }
    if (types.isDate(value)) return ["d", this.encode(Date.prototype.getTime.call(value), memo)];
    if (types.isMap(value)) return ["m", [...Map.prototype.entries.call(value)].map(([k, v]) => [encode(k), encode(v)])];
    if (types.isSet(value)) return ["s", [...Set.prototype.values.call(value)].map(encode)];
    if (types.isAnyArrayBuffer(value)) return ["b", Buffer.from(value).toString("base64")];
    if (types.isTypedArray(value)) {
      const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      return ["t", getPrototypeOf(value).constructor.name, bytes.toString("base64")];
    }
    const entries = Object.entries(getOwnPropertyDescriptors(value)).map(([key, found]) => [key, encode(found.value)]);
    return ["o", entries, state(value), getPrototypeOf(value) === null ? 1 : 0];
  }

  /** Read a value; whatever is wrong with it ends the link, but for a shape that nobody expects. */
  read(told, memo, site) {
    return sensible(() => this.decode(told, memo, 0, site));
  }

  /** `site` says where a value came from, on the side that believes nothing (interface.mjs). */
  decode(told, memo, depth = 0, site = "") {
    if (depth > 2 * MAX_DEPTH) lost("nested too deeply");
    if (told === null || typeof told !== "object") return told;
    if (!Array.isArray(told)) lost("no value");
    memo.count();
    const [tag, first, second] = told;
    switch (tag) {
      case "n":
        return NUMBERS.has(first) ? NUMBERS.get(first) : lost("no number");
      case "u":
        return undefined;
      case "i":
        return typeof first === "string" && first.length <= MAX_DIGITS && /^-?\d+$/.test(first) ? BigInt(first) : lost("no integer");
      case "y":
        if (first === "f") return Symbol.for(String(second));
        return first === "w" && own(WELL_KNOWN, second) ? WELL_KNOWN[second] : this.symbolOf(second);
      case "l":
        return URL.canParse(String(first)) ? new URL(String(first)) : lost("no address");
      case "r":
        try {
          return new RegExp(String(first), String(second));
        } catch {
          return lost("no expression");
        }
      case "p":
        return memo.said.has(first) ? memo.said.get(first) : lost("no such object");
      case "c": {
        if (!isInteger(first) || memo.said.has(first)) lost("a number twice");
        const made = memo.object(first) ?? this.empty(second);
        memo.say(made, first, site);
        this.fill(made, second, memo, depth + 1, site);
        return made;
      }
      case "e":
        return this.#madeError(told, memo, depth, site);
      case "R":
        return this.home(first);
      case "H":
        try {
          return this.meet(told, memo, depth, site);
        } catch (error) {
          // What a container holds later is seen by a test that looks at it, and by no other.
          if (!memo.changing || !(error instanceof UnexpectedResult)) throw error;
          return Symbol(error.message);
        }
    }
    return lost("an unknown tag");
  }

  #madeError([, name, message, fields, number], memo, depth, site) {
    const known = this.errorOf(number);
    if (known) return known;
    if (!Array.isArray(fields)) lost("no fields");
    const kind = own(ERRORS, name) ? ERRORS[name] : Error;
    const made = kind === AggregateError ? new kind([], String(message)) : new kind(String(message));
    this.rememberError(number, made);
    this.fillError(made, fields, memo, depth, site);
    return made;
  }

  /** Give an error its fields, which are data. */
  fillError(made, fields, memo, depth, site) {
    for (const [key, one] of fields) {
      if (typeof key !== "string" || key === "__proto__") lost("no field");
      let value;
      try {
        value = this.decode(one, memo, depth + 1, `${site}.${key}`);
      } catch (error) {
        // What was thrown is still the news.
        if (!(error instanceof UnexpectedResult)) throw error;
      }
      defineProperty(made, key, { value, writable: true, configurable: true, enumerable: !HIDDEN.has(key) });
    }
  }

  empty(content) {
    if (!Array.isArray(content)) lost("no content");
    switch (content[0]) {
      case "a":
        return [];
      case "o":
        return content[3] ? Object.create(null) : {};
      case "d":
        return new Date(0);
      case "m":
        return new Map();
      case "s":
        return new Set();
      case "b":
        return new Uint8Array(Buffer.from(String(content[1]), "base64")).buffer;
      case "t": {
        if (!own(BYTES, content[1])) lost("no such array");
        const bytes = new Uint8Array(Buffer.from(String(content[2]), "base64"));
        const kind = BYTES[content[1]];
        if (bytes.length % kind.BYTES_PER_ELEMENT) lost("bytes are missing");
        return kind === Buffer ? Buffer.from(bytes.buffer) : new kind(bytes.buffer);
      }
    }
    return lost("an unknown container");
  }

  /** Make a container hold what `content` says. */
  fill(made, content, memo, depth = 0, site = "") {
    const decode = (one) => this.decode(one, memo, depth + 1, `${site}[]`);
    if (!Array.isArray(content)) lost("no content");
    const [tag, items] = content;
    if (!"dtb".includes(tag) && !Array.isArray(items)) lost("no content");
    if (tag === "a" && Array.isArray(made)) {
      items.forEach((one, i) => {
        if (Array.isArray(one) && one[0] === "h") Reflect.deleteProperty(made, i);
        else put(made, i, decode(one));
      });
      if (made.length !== items.length) Reflect.set(made, "length", items.length);
    } else if (tag === "m" && types.isMap(made)) {
      const entries = items.map((pair) => (Array.isArray(pair) ? [decode(pair[0]), decode(pair[1])] : lost("no entry")));
      if (same(entries.flat(), [...made].flat())) return;
      made.clear();
      for (const [key, one] of entries) made.set(key, one);
    } else if (tag === "s" && types.isSet(made)) {
      const values = items.map(decode);
      if (same(values, [...made])) return;
      made.clear();
      for (const one of values) made.add(one);
    } else if (tag === "d" && types.isDate(made)) {
      made.setTime(Number(this.decode(items, memo)));
    } else if (tag === "t" && types.isTypedArray(made)) {
      const told = this.empty(content);
      if (told.length === made.length) made.set(told);
    } else if (tag === "b" && types.isAnyArrayBuffer(made)) {
      new Uint8Array(made).set(new Uint8Array(this.empty(content)).subarray(0, made.byteLength));
    } else if (tag === "o" && typeof made === "object") {
      const entries = items.map((pair) => (Array.isArray(pair) ? [String(pair[0]), decode(pair[1])] : lost("no entry")));
      if (!same(Object.keys(made), entries.map(([key]) => key))) for (const key of Object.keys(made)) Reflect.deleteProperty(made, key);
      for (const [key, one] of entries) put(made, key, one);
    } else {
      lost("what came is of another kind");
    }
    const how = tag === "a" || tag === "o" ? content[2] : 0;
    if (how === 2) Object.freeze(made);
    else if (how === 1) Object.seal(made);
  }
}
