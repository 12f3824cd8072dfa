// Values as they cross: plain data is copied, anything else stays and crosses as a number.
//
// JSON's own values are themselves; all others are arrays with a tag in front. Arrays, objects,
// maps, sets and bytes have a number within a call, so that one that comes back is the same one.

import { types } from "node:util";
import { LinkLost } from "./link.mjs";

const MAX_DEPTH = 200;
const ERRORS = { Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError };
const BYTES = Object.fromEntries(
  [Uint8Array, Uint8ClampedArray, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array,
    Float32Array, Float64Array, BigInt64Array, BigUint64Array].map((kind) => [kind.name, kind]),
);
const WELL_KNOWN = Object.fromEntries(
  Object.getOwnPropertyNames(Symbol)
    .filter((name) => typeof Symbol[name] === "symbol")
    .map((name) => [name, Symbol[name]]),
);
const NUMBERS = new Map([["-0", -0], ["NaN", NaN], ["Infinity", Infinity], ["-Infinity", -Infinity]]);
const { defineProperty, getOwnPropertyDescriptors, getPrototypeOf } = Object;

export const lost = (why) => {
  throw new LinkLost(why);
};
export const own = (object, key) => Object.prototype.hasOwnProperty.call(object, key);

/** The containers of one call, by number on both sides. */
export class Memo {
  numbers = new Map();
  objects = new Map();
  before = new Map();

  add(object, number = this.numbers.size + 1) {
    this.numbers.set(object, number);
    this.objects.set(number, object);
    return number;
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

function state(value) {
  return Object.isFrozen(value) ? 2 : Object.isSealed(value) ? 1 : 0;
}

/** Subclasses say how what stays is numbered (`keep`) and found (`meet`, `home`). */
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
        return ["i", String(value)];
      case "symbol":
        return this.#symbol(value);
      case "function":
        return this.keep(value, memo, depth);
    }
    return value === null ? null : this.#object(value, memo, depth);
  }

  #symbol(value) {
    for (const name of Object.keys(WELL_KNOWN)) if (WELL_KNOWN[name] === value) return ["y", "w", name];
    const key = Symbol.keyFor(value);
    return key === undefined ? this.keepSymbol(value) : ["y", "f", key];
  }

  #object(value, memo, depth) {
    const known = memo.numbers.get(value);
    if (known !== undefined) return ["p", known];
    const returning = this.foreign(value);
    if (returning) return returning;
    if (types.isProxy(value)) return this.keep(value, memo, depth);
    const prototype = getPrototypeOf(value);
    if (types.isNativeError(value) && ERRORS[prototype?.constructor?.name]?.prototype === prototype) {
      return this.#error(value, memo, depth);
    }
    if (types.isDate(value) && prototype === Date.prototype) return ["d", this.encode(value.getTime(), memo)];
    if (types.isRegExp(value) && prototype === RegExp.prototype) return ["r", value.source, value.flags];
    if (!this.#copies(value, prototype)) return this.keep(value, memo, depth);
    const number = memo.add(value);
    return ["c", number, this.content(value, memo, depth)];
  }

  #copies(value, prototype) {
    if (Array.isArray(value)) return prototype === Array.prototype;
    if (types.isMap(value)) return prototype === Map.prototype;
    if (types.isSet(value)) return prototype === Set.prototype;
    if (types.isTypedArray(value)) return BYTES[prototype.constructor?.name]?.prototype === prototype;
    if (types.isAnyArrayBuffer(value)) return prototype === ArrayBuffer.prototype;
    return isPlain(value);
  }

  #error(value, memo, depth) {
    const fields = Reflect.ownKeys(value)
      .filter((key) => typeof key === "string" && key !== "stack" && key !== "message")
      .map((key) => [key, this.encode(value[key], memo, depth + 1)]);
    const name = getPrototypeOf(value).constructor.name;
    return ["e", name, String(value.message), fields, this.keepError(value)];
  }

  /** What a container holds now. */
  content(value, memo, depth = 0) {
    const encode = (one) => this.encode(one, memo, depth + 1);
    if (Array.isArray(value)) {
      const items = [];
      for (let i = 0; i < value.length; i++) items.push(i in value ? encode(value[i]) : ["h"]);
      return ["a", items, state(value)];
    }
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

  decode(told, memo, depth = 0) {
    if (depth > 2 * MAX_DEPTH) lost("nested too deeply");
    if (told === null || typeof told !== "object") return told;
    if (!Array.isArray(told)) lost("no value");
    const [tag, first, second] = told;
    switch (tag) {
      case "n":
        return NUMBERS.has(first) ? NUMBERS.get(first) : lost("no number");
      case "u":
        return undefined;
      case "i":
        return /^-?\d{1,100000}$/.test(first) ? BigInt(first) : lost("no integer");
      case "y":
        if (first === "f") return Symbol.for(String(second));
        return first === "w" && own(WELL_KNOWN, second) ? WELL_KNOWN[second] : this.symbolOf(second);
      case "d":
        return new Date(Number(this.decode(first, memo)));
      case "r":
        try {
          return new RegExp(String(first), String(second));
        } catch {
          return lost("no expression");
        }
      case "p":
        return memo.objects.has(first) ? memo.objects.get(first) : lost("no such object");
      case "c": {
        const made = this.#empty(second);
        if (memo.objects.has(first)) lost("a number twice");
        memo.add(made, first);
        this.fill(made, second, memo, depth + 1);
        return made;
      }
      case "e":
        return this.#madeError(told, memo, depth);
      case "R":
        return this.home(first);
      case "H":
        return this.meet(told, memo, depth);
    }
    return lost("an unknown tag");
  }

  #madeError([, name, message, fields, number], memo, depth) {
    const known = this.errorOf(number);
    if (known) return known;
    const made = new (own(ERRORS, name) ? ERRORS[name] : Error)(String(message));
    this.rememberError(number, made);
    for (const [key, one] of fields) {
      const value = this.decode(one, memo, depth + 1);
      defineProperty(made, String(key), { value, writable: true, configurable: true, enumerable: key !== "cause" });
    }
    return made;
  }

  #empty(content) {
    if (!Array.isArray(content)) lost("no content");
    switch (content[0]) {
      case "a":
        return [];
      case "o":
        return content[3] ? Object.create(null) : {};
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
        return new kind(bytes.buffer);
      }
    }
    return lost("an unknown container");
  }

  /** Make a container hold what `content` says. */
  fill(made, content, memo, depth = 0) {
    const decode = (one) => this.decode(one, memo, depth + 1);
    const [tag, items] = content;
    if (tag === "a" && Array.isArray(made)) {
      made.length = 0;
      items.forEach((one, i) => {
        if (Array.isArray(one) && one[0] === "h") made.length = i + 1;
        else made[i] = decode(one);
      });
    } else if (tag === "m" && types.isMap(made)) {
      made.clear();
      for (const [key, value] of items) made.set(decode(key), decode(value));
    } else if (tag === "s" && types.isSet(made)) {
      made.clear();
      for (const one of items) made.add(decode(one));
    } else if (tag === "t" && types.isTypedArray(made)) {
      const told = this.#empty(content);
      if (told.length === made.length) made.set(told);
    } else if (tag === "b" && types.isAnyArrayBuffer(made)) {
      new Uint8Array(made).set(new Uint8Array(this.#empty(content)).subarray(0, made.byteLength));
    } else if (tag === "o" && typeof made === "object") {
      for (const key of Object.keys(made)) delete made[key];
      for (const [key, one] of items) {
        // Not by assignment: a key may be __proto__.
        defineProperty(made, String(key), { value: decode(one), writable: true, configurable: true, enumerable: true });
      }
    } else {
      lost("what came is of another kind");
    }
    const how = tag === "a" || tag === "o" ? content[2] : 0;
    if (how === 2) Object.freeze(made);
    else if (how === 1) Object.seal(made);
  }
}
