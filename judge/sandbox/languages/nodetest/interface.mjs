// What the tests may see of a submission: what they saw of the reference, or, where a problem has
// no reference, what their own source names.
//
// A copy of plain data is harmless anywhere, since nothing of the submission's runs in it. All else
// is a stand-in and has to be expected at its site: where it came from, written as a path
// ("shop.js:Basket#.put()" is what the method `put` of a Basket returned). Of a stand-in only those
// members are asked that the reference was asked for; the hooks by which an object converts,
// compares or iterates itself are not asked unless the reference has them.

import { UnexpectedResult } from "./codec.mjs";

const MAX_SITE = 300;
const HOOKS = new Set([
  ...Object.getOwnPropertyNames(Object.prototype), ...Object.getOwnPropertyNames(Function.prototype),
  "prototype", "then", "catch", "finally", "toJSON", "inspect", "asymmetricMatch",
]);
const CALLABLE = new Set(["function", "class"]);
const WHAT = {
  function: "a function",
  class: "a class",
  object: "an object with methods, or of a class of its own",
  iterator: "an iterator",
  asyncIterator: "an asynchronous iterator",
};

/** What is known of values at some sites. */
export class Type {
  parent = null;
  base = null;
  asked = new Set();
  isArray = false;
  /** Names of the prototype's methods and accessors. */
  constructor(id, kind) {
    this.id = id;
    this.kind = kind;
  }

  /** Whether the reference, or a class that it derives from, was asked for a member. */
  knows(key) {
    return this.asked.has(key) || (this.parent?.knows(key) ?? false);
  }
}

/** How a key is written down; undefined for a symbol that nobody else has. */
export function keyText(key) {
  if (typeof key === "string") return key;
  const shared = Symbol.keyFor(key);
  if (shared !== undefined) return `@for:${shared}`;
  return key.description?.startsWith("Symbol.") && Symbol[key.description.slice(7)] === key ? `@${key.description}` : undefined;
}

export const isHook = (key) => typeof key === "symbol" || HOOKS.has(key);

export class Interface {
  types = new Map();
  sites = new Map();
  modules = {};
  /** Classes by the number that the submission gives them. */
  #classes = new Map();
  #unnamed = new Map();

  constructor(mode, names, record) {
    this.mode = mode;
    this.names = names;
    if (mode !== "replay") return;
    const { modules, types: listed, sites } = JSON.parse(record);
    this.modules = modules;
    for (const { id, kind, asked, base, isArray } of listed) {
      this.types.set(id, Object.assign(new Type(id, kind), { asked: new Set(asked), base, isArray }));
    }
    for (const { id, parent } of listed) this.types.get(id).parent = this.types.get(parent) ?? null;
    for (const [site, ids] of sites) this.sites.set(site, new Set(ids));
  }

  /** The record of a reference. */
  text() {
    const listed = [...this.types.values()].map(({ id, kind, asked, base, isArray, parent }) => ({
      id, kind, asked: [...asked], base, isArray, parent: parent?.id ?? null,
    }));
    return JSON.stringify({ modules: this.modules, types: listed, sites: [...this.sites].map(([site, ids]) => [site, [...ids]]) });
  }

  type(id, kind) {
    const found = this.types.get(id);
    if (found && found.kind === kind) return found;
    if (found) return this.type(`${id}|${kind}`, kind);
    const made = new Type(id, kind);
    this.types.set(id, made);
    return made;
  }

  /** The type of instances of a class. */
  instances(type) {
    return this.type(`${type.id}#`, "object");
  }

  /** Remember a class under the submission's number. */
  classNumber(number, type) {
    this.#classes.set(number, type);
  }

  #known(numbers) {
    return numbers.map((one) => this.#classes.get(one)).filter((one) => one !== undefined);
  }

  /**
   * The type of what came at a site. `classes` are the numbers of an object's classes, `names`
   * what the reference calls them, `known` the type that it has already.
   */
  admit(site, kind, { classes = [], known = null, base = null, isArray = false } = {}) {
    site = site.slice(0, MAX_SITE);
    if (site === "import@") return this.type(site, kind);
    if (this.mode === "record") return this.#record(site, kind, classes, known, base, isArray);
    const named = this.#known(classes).map((one) => this.instances(one));
    if (this.mode === "strict") return this.#strict(site, kind, named, known);
    const expected = [...(this.sites.get(site) ?? [])].map((id) => this.types.get(id));
    if (kind === "object" || kind.endsWith("terator")) {
      const fit = expected.find((one) => named.includes(one));
      if (fit) return known ?? named[0];
      const unnamed = expected.find((one) => one.kind === "object" && !this.#isNamed(one)) ?? expected.find((one) => one.kind.endsWith("terator"));
      if (unnamed) return known ?? unnamed;
    } else {
      const fit = expected.find((one) => CALLABLE.has(one.kind));
      if (fit) return known ?? fit;
    }
    return this.#refuse(site, kind);
  }

  #record(site, kind, classes, known, base, isArray) {
    let type = known;
    if (!type && kind === "object" && classes.length) {
      const named = this.#known(classes)[0];
      if (!named && !this.#unnamed.has(classes[0])) this.#unnamed.set(classes[0], this.type(`~${this.#unnamed.size}`, "object"));
      type = named ? this.instances(named) : this.#unnamed.get(classes[0]);
    }
    type ??= this.type(site, kind);
    if (base) type.base = base;
    if (isArray) type.isArray = true;
    const found = this.sites.get(site) ?? new Set();
    found.add(type.id);
    this.sites.set(site, found);
    return type;
  }

  /** Without a reference: functions, iterators, and instances of classes that the tests name. */
  #strict(site, kind, named, known) {
    const exported = /^[^:]+:[^.()#]+$/.test(site) || site.endsWith(":module.exports");
    if ((kind === "class" && !exported) || site.endsWith("!")) return this.#refuse(site, kind);
    if (kind !== "object") return known ?? this.type(site, kind);
    const type = named.find((one) => this.names.classes.has(one.id.slice(one.id.lastIndexOf(":") + 1, -1)));
    if (type) return known ?? type;
    return exported ? this.type(site, kind) : this.#refuse(site, kind);
  }

  #isNamed(type) {
    return type.id.endsWith("#");
  }

  #refuse(site, kind) {
    const place = site.replace(/^[^:]*:/, "").slice(0, 100);
    const expected = this.sites.get(site) ? "the reference gives something else here" : "plain data is expected here";
    throw new UnexpectedResult(`${place} gave ${WHAT[kind] ?? "something"}: ${expected}`);
  }

  /** How a member is asked for: "ask" as the reference was, "data" for a copy, "local" not at all. */
  policy(type, key) {
    const text = keyText(key);
    if (text === undefined || text === "__proto__") return "local";
    if (this.mode === "record") return isHook(key) ? "probe" : "ask";
    if (this.mode === "strict") return isHook(key) ? "local" : this.names.members.has(text) ? "ask" : "data";
    if (type.knows(text)) return "ask";
    return isHook(key) ? "local" : "data";
  }

  /** The reference has this member. */
  has(type, key) {
    if (this.mode === "record") type.asked.add(keyText(key));
  }
}
