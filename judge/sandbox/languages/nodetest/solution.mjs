// The solution's process: imports the student's files and does what the tests ask.
//
// Of the tests it gets plain data, functions that it can call, and objects whose public
// properties it can read. What a property of a function leads to is not asked of the tests.

import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { types } from "node:util";
import { Peer } from "./peer.mjs";
import { ERRORS, lost } from "./codec.mjs";
import { EventEmitter } from "node:events";
import { Replaced } from "./surroundings.mjs";

const LINK = 3;
const MAX_TRACE = 4000;
const exit = process.reallyExit.bind(process);
const folder = process.cwd();
const bases = new Map([...Object.values(ERRORS), EventEmitter, Map, Set, Array].map((kind) => [kind.prototype, kind.name]));
const iterators = new Map([
  [Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())), "iterator"],
  [Object.getPrototypeOf(Object.getPrototypeOf(Object.getPrototypeOf((async function* () {})()))), "asyncIterator"],
]);
const defaults = [Object.prototype, Function.prototype, Error.prototype];
const MAX_CLASSES = 20;
// A program may replace these; the tests believe nothing of what comes all the same.
const { keys } = Object;

const MAX_STDERR = 2 ** 21 - 1; // counted so far, that both counts fit into one number
const bytes = [0, 0, 0];
for (const [descriptor, stream] of [[1, process.stdout], [2, process.stderr]]) {
  stream.write = (data, encoding, done) => {
    const buffer = typeof data === "string" ? Buffer.from(data, typeof encoding === "string" ? encoding : "utf8") : data;
    for (let at = 0; at < buffer.length; ) {
      try {
        const n = fs.writeSync(descriptor, buffer, at);
        at += n;
        bytes[descriptor] += n;
      } catch (error) {
        if (error.code !== "EAGAIN") throw error;
      }
    }
    const callback = typeof encoding === "function" ? encoding : done;
    if (callback) process.nextTick(callback);
    return true;
  };
}

class Solution extends Peer {
  follows = true;

  lose() {
    // The tests are over, or what came was not theirs: the runner ends this process.
    exit(0);
  }

  printed() {
    // As runner/internal/watch splits it.
    return bytes[1] + Math.min(bytes[2], MAX_STDERR) * 2 ** 32;
  }

  traceOf(error) {
    const lines = types.isNativeError(error) ? String(error.stack).split("\n") : [];
    const ours = lines.filter((line) => line.includes(`${folder}/`)).slice(0, 8);
    return ours.map((line) => line.replaceAll(`file://${folder}/`, "").replaceAll(`${folder}/`, "")).join("\n").slice(0, MAX_TRACE);
  }

  keep(value, memo, depth) {
    const number = this.numberOf(value);
    return ["H", number, ...this.#told(value, memo, depth)];
  }

  #told(value, memo, depth) {
    if (types.isProxy(value)) return typeof value === "function" ? ["function"] : ["object", [], null, false];
    if (typeof value === "function") return isClass(value) ? ["class", ...this.#ancestors(value.prototype, value)] : ["function"];
    if (types.isPromise(value)) return ["promise"];
    if (types.isNativeError(value)) {
      const [classes, base] = this.#ancestors(value);
      return ["error", classes, base, String(value.message), this.fieldsOf(value, memo, depth), this.keepError(value)];
    }
    for (let one = value; one; one = Object.getPrototypeOf(one)) if (iterators.has(one)) return [iterators.get(one)];
    return ["object", ...this.#ancestors(value), Array.isArray(value)];
  }

  /** Numbers of the classes that an object is of, the nearest first, and the first that is built in. */
  #ancestors(object, not) {
    const numbers = [];
    for (let one = object; one && numbers.length < MAX_CLASSES; one = Object.getPrototypeOf(one)) {
      if (bases.has(one)) return [numbers, bases.get(one)];
      const maker = Object.hasOwn(one, "constructor") ? Reflect.getOwnPropertyDescriptor(one, "constructor").value : null;
      if (typeof maker === "function" && maker !== not && maker !== Object && maker.prototype === one) numbers.push(this.numberOf(maker));
    }
    return [numbers, null];
  }

  meet([, number, kind, ...more], memo) {
    switch (kind) {
      case "promise":
        return this.promise(number);
      case "function":
        return this.standIn(number, () => {
          const peer = this;
          const made = function (...given) {
            return peer.ask("call", number, null, given, this === globalThis ? undefined : this);
          };
          Object.defineProperty(made, "length", { value: more[0], configurable: true });
          return Object.defineProperty(made, "name", { value: more[1], configurable: true });
        });
      case "object":
        return this.standIn(number, () => new Proxy({}, { get: (_, key) => this.ask("get", number, key), has: (_, key) => this.ask("has", number, key) }));
    }
    return lost(`unknown kind ${more.length} ${memo}`);
  }

  #iterators = new WeakMap();
  #replaced = new Replaced();

  /** A step of an iterator, or of what can be iterated. */
  #step(value, operation, given) {
    let one = typeof value.next === "function" ? value : this.#iterators.get(value);
    if (!one) {
      one = (value[Symbol.iterator] ?? value[Symbol.asyncIterator]).call(value);
      this.#iterators.set(value, one);
    }
    if (typeof one[operation] === "function") return one[operation](...given);
    if (operation === "throw") throw given[0];
    return { done: true, value: given[0] };
  }

  perform(operation, handle, key, given, self) {
    if (operation === "import") return load(String(key));
    if (operation === "replace") return this.#replaced.replace(key, given[0]);
    if (operation === "restore") return this.#replaced.restore(key);
    if (operation === "environment") return this.#replaced.environment(given[0]);
    const value = this.home(handle);
    switch (operation) {
      case "call":
        return Reflect.apply(value, self, given);
      case "new":
        return Reflect.construct(value, given);
      case "get":
        return Reflect.get(value, key);
      case "set":
        return Reflect.set(value, key, given[0]);
      case "has":
        return Reflect.has(value, key);
      case "delete":
        return Reflect.deleteProperty(value, key);
      case "probe": {
        // What every object has is nothing of its own.
        const found = Reflect.get(value, key);
        return defaults.some((one) => Object.hasOwn(one, key) && one[key] === found) ? undefined : found;
      }
      case "keys":
        return Reflect.ownKeys(value).filter((one) => typeof one === "string");
      case "describe": {
        const found = Reflect.getOwnPropertyDescriptor(value, key);
        return found && { enumerable: found.enumerable };
      }
      case "exports":
        return value.exports();
      case "export":
        return key === "default" && value.common ? value.namespace["module.exports"] : value.object()[key];
      case "next":
      case "return":
      case "throw":
        return this.#step(value, operation, given);
    }
    return lost("an unknown question");
  }
}

function isClass(value) {
  return typeof value === "function" && !types.isProxy(value) && Object.prototype.hasOwnProperty.call(value, "prototype") &&
    typeof value.prototype === "object" && value.prototype !== null && !types.isGeneratorFunction(value) && !types.isAsyncFunction(value) &&
    (/^class\b/.test(Function.prototype.toString.call(value)) || Object.getOwnPropertyNames(value.prototype).length > 1);
}

/** A module of the student's. Of its own class, so that it is never taken for plain data. */
class Module {
  constructor(namespace) {
    this.namespace = namespace;
    this.common = "module.exports" in namespace;
  }

  /** What has the exports as properties. */
  object() {
    return this.common ? this.namespace["module.exports"] : this.namespace;
  }

  exports() {
    const object = this.object();
    const callable = typeof object === "function";
    const names = callable || (typeof object === "object" && object !== null) ? keys(object) : [];
    if (this.common) names.push("default");
    // A class after the one that it derives from.
    const depth = (one) => (typeof one === "function" ? 1 + depth(Object.getPrototypeOf(one)) : 0);
    const depths = new Map(names.map((name) => [name, name === "default" ? 99 : depth(object[name])]));
    return { names: names.sort((a, b) => depths.get(a) - depths.get(b)), common: this.common, callable };
  }
}

async function load(name) {
  if (!/^[\w.-]+\.[cm]?js$/.test(name)) lost("no such module");
  return new Module(await import(pathToFileURL(path.join(folder, name)).href));
}

new Solution(LINK).listen();
