// What tests replace in their process and a program beside them would use: console.log,
// Math.random, timers, Date, fetch, functions of fs. The solution's process gets a function
// in its place that calls the one of the tests.

import fs from "node:fs";
import fsPromises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import process from "node:process";
import timers from "node:timers";
import timersPromises from "node:timers/promises";

const functionsOf = (object) => Object.keys(Object.getOwnPropertyDescriptors(object)).filter((key) => {
  const found = Object.getOwnPropertyDescriptor(object, key);
  return found && typeof found.value === "function" && /^[a-z]/.test(key);
});
const TIMERS = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate", "clearImmediate"];
const PLACES = {
  global: [globalThis, [...TIMERS, "fetch", "Date", "queueMicrotask"]],
  console: [console, functionsOf(console)],
  Math: [Math, functionsOf(Math)],
  stdout: [process.stdout, ["write"]],
  stderr: [process.stderr, ["write"]],
  timers: [timers, TIMERS],
  timersPromises: [timersPromises, ["setTimeout", "setImmediate", "setInterval"]],
  fs: [fs, functionsOf(fs)],
  fsPromises: [fsPromises, functionsOf(fsPromises)],
  crypto: [globalThis.crypto, ["randomUUID", "getRandomValues"]],
  performance: [performance, ["now"]],
};
const RealDate = Date;
const defineProperty = Object.defineProperty;

/** The tests' side: finds what is replaced, and tells of it. */
export class Surroundings {
  #peer;
  #usual = [];
  #told = new Map();
  #sites = new WeakMap();
  #environment = JSON.stringify(process.env);

  constructor(peer) {
    this.#peer = peer;
    for (const [place, [object, keys]] of Object.entries(PLACES)) {
      for (const key of keys) this.#usual.push([`${place}.${key}`, object, key, object[key]]);
    }
    this.#usual.push(["Date.now", RealDate, "now", RealDate.now]);
  }

  /** Where an argument of a replaced function comes from. */
  siteOf(value) {
    return typeof value === "function" ? this.#sites.get(value) : undefined;
  }

  /** Tell the solution's process what has changed since it was told last. */
  tell() {
    for (const [name, object, key, usual] of this.#usual) {
      const now = object[key];
      const before = this.#told.get(name) ?? usual;
      if (now === before) continue;
      this.#told.set(name, now);
      if (now === usual || typeof now !== "function") this.#peer.ask("restore", 0, name);
      else this.#peer.ask("replace", 0, name, [this.#forwarded(name, now)]);
    }
    const environment = JSON.stringify(process.env);
    if (environment !== this.#environment) {
      this.#environment = environment;
      this.#peer.ask("environment", 0, null, [{ ...process.env }]);
    }
  }

  #forwarded(name, now) {
    const call = name === "global.Date" ? () => Date.now() : (...given) => now.apply(undefined, given);
    this.#sites.set(call, name);
    return call;
  }
}

/** The solution's side: puts functions in place, and back. */
export class Replaced {
  #usual = new Map();

  replace(name, call) {
    const [place, key] = name.split(".");
    if (place === "Date" || key === "Date") return this.#date(call);
    const object = PLACES[place][0];
    if (!this.#usual.has(name)) this.#usual.set(name, object[key]);
    this.#put(object, key, call);
  }

  restore(name) {
    const [place, key] = name.split(".");
    if (place === "Date" || key === "Date") return this.#put(globalThis, "Date", RealDate);
    if (this.#usual.has(name)) this.#put(PLACES[place][0], key, this.#usual.get(name));
  }

  environment(variables) {
    for (const key of Object.keys(process.env)) if (!(key in variables)) delete process.env[key];
    Object.assign(process.env, variables);
  }

  #put(object, key, value) {
    defineProperty(object, key, { value, writable: true, configurable: true, enumerable: true });
    syncBuiltinESMExports();
  }

  #date(now) {
    const made = new Proxy(RealDate, {
      apply: () => new RealDate(now()).toString(),
      construct: (_, given, target) => Reflect.construct(RealDate, given.length ? given : [now()], target === made ? RealDate : target),
      get: (_, key) => (key === "now" ? now : RealDate[key]),
    });
    this.#put(globalThis, "Date", made);
  }
}
