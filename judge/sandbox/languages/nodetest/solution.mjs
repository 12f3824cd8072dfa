// The solution's process: imports the student's files and does what the tests ask.
//
// Of the tests it gets plain data, functions that it can call, and objects whose public
// properties it can read. What a property of a function leads to is not asked of the tests.

import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { types } from "node:util";
import { inspect } from "node:util";
import { Peer } from "./peer.mjs";
import { lost } from "./codec.mjs";

const LINK = 3;
const MAX_TRACE = 4000;
const exit = process.reallyExit.bind(process);
const folder = process.cwd();
const errors = new Map(
  [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError].map((kind) => [kind.prototype, kind.name]),
);

let bytes = 0;
for (const [descriptor, stream] of [[1, process.stdout]]) {
  stream.write = (data, encoding, done) => {
    const buffer = typeof data === "string" ? Buffer.from(data, typeof encoding === "string" ? encoding : "utf8") : data;
    for (let at = 0; at < buffer.length; ) {
      try {
        const n = fs.writeSync(descriptor, buffer, at);
        at += n;
        bytes += n;
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
  lose() {
    // The tests are over, or what came was not theirs: the runner ends this process.
    exit(0);
  }

  printed() {
    return bytes;
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
    if (types.isProxy(value)) return [typeof value === "function" ? "function" : "object", null];
    if (typeof value === "function") {
      return isClass(value) ? ["class", ...this.#class(value, memo, depth)] : ["function", value.name];
    }
    if (types.isPromise(value)) return ["promise"];
    const prototype = Object.getPrototypeOf(value);
    const maker = prototype && Object.prototype.hasOwnProperty.call(prototype, "constructor") ? prototype.constructor : null;
    const kind = typeof maker === "function" && isClass(maker) && maker.prototype === prototype ? this.encode(maker, memo, depth + 1) : null;
    if (types.isNativeError(value)) {
      const fields = Object.keys(value).map((key) => [key, this.encode(value[key], memo, depth + 1)]);
      return ["error", kind, String(value.message), fields, this.keepError(value)];
    }
    return ["object", kind, Array.isArray(value)];
  }

  #class(value, memo, depth) {
    const parent = Object.getPrototypeOf(value);
    const base = errors.get(value.prototype && Object.getPrototypeOf(value.prototype));
    const known = base === undefined && typeof parent === "function" && parent !== Function.prototype && isClass(parent);
    return [value.name, known ? this.encode(parent, memo, depth + 1) : null, base ?? null];
  }

  meet([, number, kind, ...more], memo) {
    switch (kind) {
      case "promise":
        return this.promise(number);
      case "function":
        return this.standIn(number, () => {
          const peer = this;
          return function (...given) {
            return peer.ask("call", number, null, given, this === globalThis ? undefined : this);
          };
        });
      case "object":
        return this.standIn(number, () => new Proxy({}, { get: (_, key) => this.ask("get", number, key), has: (_, key) => this.ask("has", number, key) }));
    }
    return lost(`unknown kind ${more.length} ${memo}`);
  }

  perform(operation, handle, key, given, self) {
    if (operation === "import") return load(String(key));
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
      case "keys":
        return Reflect.ownKeys(value).filter((one) => typeof one === "string" || Symbol.keyFor(one) !== undefined);
      case "describe": {
        const found = Reflect.getOwnPropertyDescriptor(value, key);
        return found && { enumerable: found.enumerable, writable: found.writable !== false, value: value[key] };
      }
      case "exports":
        return { names: Object.keys(value.namespace), common: "module.exports" in value.namespace };
      case "export":
        return value.namespace[key];
      case "inspect":
        return inspect(value);
      case "text":
        return String(value);
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
  }
}

async function load(name) {
  if (!/^[\w.-]+\.[cm]?js$/.test(name)) lost("no such module");
  return new Module(await import(pathToFileURL(path.join(folder, name)).href));
}

new Solution(LINK).listen();
