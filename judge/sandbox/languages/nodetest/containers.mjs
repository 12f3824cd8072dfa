// Arrays, objects, maps, sets, dates and bytes that have crossed. Each side has one of its own, under
// the same number, and every message carries what those hold now that have changed.
//
// How many are known after their call is bounded, since each message looks at all of them. One that
// is forgotten crosses as a new one, and a later change of it is not seen by the other side.

import { types } from "node:util";
import { lost, same, state } from "./codec.mjs";

// A program may replace these.
const { Date, Map, Set, Array, Object, Buffer } = globalThis;
const { is } = Object;
const MAX_KNOWN = 300;
const MAX_WEIGHT = 3_000;
const MAX_CHANGE = 100_000;
const LETTERS = 64; // of a string, as heavy as one item
const MAX_VALUES = 200_000;

const bytesOf = (value) => (types.isTypedArray(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : Buffer.from(value));
const isBytes = (value) => types.isTypedArray(value) || types.isAnyArrayBuffer(value);

function itemsOf(value) {
  if (Array.isArray(value)) return value;
  if (types.isDate(value)) return [Date.prototype.getTime.call(value)];
  if (types.isMap(value)) return [...Map.prototype.entries.call(value)].flat();
  if (types.isSet(value)) return [...Set.prototype.values.call(value)];
  const keys = Object.keys(value);
  return [...keys, ...keys.map((key) => value[key])];
}

function weightOf(items) {
  let weight = 1 + items.length;
  for (const one of items) if (typeof one === "string") weight += Math.floor(one.length / LETTERS);
  return weight;
}

function isLarge(value) {
  if (isBytes(value)) return value.byteLength > MAX_CHANGE * LETTERS;
  if ((types.isMap(value) || types.isSet(value)) && value.size > MAX_CHANGE) return true;
  return weightOf(itemsOf(value)) > MAX_CHANGE;
}

const kindOf = (value) => {
  if (Array.isArray(value)) return "array";
  if (isBytes(value)) return "bytes";
  return types.isMap(value) || types.isSet(value) || types.isDate(value) ? "other" : "object";
};

/** One container, and what it held when both sides had the same. */
class Entry {
  constructor(number, object, site) {
    this.number = number;
    this.object = object;
    this.site = site;
    this.note();
  }

  note() {
    const { object } = this;
    this.state = state(object);
    this.kind = kindOf(object);
    if (this.kind === "bytes") {
      this.items = Buffer.from(bytesOf(object));
      this.weight = 1 + Math.floor(this.items.length / LETTERS);
    } else {
      const items = itemsOf(object);
      this.items = this.kind === "array" ? items.slice() : items;
      this.weight = weightOf(items);
    }
  }

  /** Items are compared as they are: those that are containers have entries of their own. */
  hasChanged() {
    const { object, items } = this;
    if (state(object) !== this.state) return true;
    switch (this.kind) {
      case "array":
        if (object.length !== items.length) return true;
        for (let i = 0; i < items.length; i++) {
          if (!is(object[i], items[i]) || (items[i] === undefined && i in object !== i in items)) return true;
        }
        return false;
      case "object": {
        // As Object.keys, which would make a list each time.
        const size = items.length / 2;
        let i = 0;
        for (const key in object) {
          if (i >= size || key !== items[i] || !is(object[key], items[size + i])) return true;
          i++;
        }
        return i !== size;
      }
      case "bytes":
        return !items.equals(bytesOf(object));
    }
    return !same(items, itemsOf(object));
  }
}

/** What is known as long as the tests run; the last that crossed are last. */
export class Containers {
  entries = new Map();
  numbers = new Map();
  #weight = 0;
  #last = 0;

  /** `sign` tells the numbers of one side from those of the other. */
  next(sign) {
    return sign * ++this.#last;
  }

  forget(number) {
    const entry = this.entries.get(number);
    if (!entry) return;
    this.entries.delete(number);
    this.numbers.delete(entry.object);
    this.#weight -= entry.weight;
  }

  put(entry) {
    this.forget(entry.number);
    if (entry.weight > MAX_WEIGHT) return;
    this.entries.set(entry.number, entry);
    this.numbers.set(entry.object, entry.number);
    this.#weight += entry.weight;
    for (const number of this.entries.keys()) {
      if (this.entries.size <= MAX_KNOWN && this.#weight <= MAX_WEIGHT) break;
      this.forget(number);
    }
  }
}

/** The containers of one call: those are known until it has returned, however large they are. */
export class Memo {
  /** Those of the message that is written or read now. */
  said = new Map();
  /** Whether changes are read. */
  changing = false;
  #shared;
  #sign;
  #entries = new Map();
  #numbers = new Map();
  #sites = new Map();
  #values = 0;

  constructor(shared, sign) {
    this.#shared = shared;
    this.#sign = sign;
  }

  /** Values with a tag take many times the memory of their text. */
  count() {
    if (++this.#values > MAX_VALUES) lost("too many values");
  }

  number(object) {
    return this.#numbers.get(object) ?? this.#shared.numbers.get(object);
  }

  object(number) {
    return this.entry(number)?.object;
  }

  entry(number) {
    return this.#entries.get(number) ?? this.#shared.entries.get(number);
  }

  say(object, number = this.#shared.next(this.#sign), site = undefined) {
    this.said.set(number, object);
    this.#numbers.set(object, number);
    if (site !== undefined) this.#sites.set(number, site);
    return number;
  }

  /** Both sides have what the message said. `step` is one that nobody keeps. */
  agree(site = "", step = null) {
    for (const [number, object] of this.said) {
      const entry = new Entry(number, object, this.#sites.get(number) ?? site);
      this.#entries.set(number, entry);
      if (object !== step) this.#shared.put(entry);
    }
    this.said.clear();
  }

  /** What has changed since; `content` says what it holds. */
  changes(content) {
    const changed = [];
    for (const entry of this.#shared.entries.values()) this.#change(entry, content, changed);
    for (const entry of this.#entries.values()) this.#change(entry, content, changed);
    return changed;
  }

  #change(entry, content, changed) {
    if (this.said.has(entry.number)) return;
    let before = this.said;
    try {
      if (!entry.hasChanged()) return;
      before = new Map(this.said);
      if (!this.#entries.has(entry.number) && isLarge(entry.object)) throw new RangeError("it has grown too large to follow");
      this.say(entry.object, entry.number, entry.site);
      changed.push([entry.number, content(entry.object)]);
    } catch {
      // It cannot cross as it is now.
      this.said = before;
      this.#entries.delete(entry.number);
      this.#shared.forget(entry.number);
    }
  }
}
