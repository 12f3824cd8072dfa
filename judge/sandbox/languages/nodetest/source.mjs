// What can be read from source text, never from a running submission: the names that the tests
// use, and the text, name and parameters of the submission's functions.

import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

// Node's own parser; javascript.py starts the tests with the flag that lets them load it.
const acorn = createRequire(import.meta.url)("internal/deps/acorn/acorn/dist/acorn");
const MAX_SOURCE = 1 << 20; // bytes
const CHECKS = new Set(["throws", "rejects", "doesNotThrow", "doesNotReject"]);
const FUNCTIONS = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);
const CLASSES = new Set(["ClassDeclaration", "ClassExpression"]);

/** The syntax tree, or null for a text that nobody can read. */
export function parse(text) {
  if (text.length > MAX_SOURCE) return null;
  const options = { ecmaVersion: "latest", allowHashBang: true, allowAwaitOutsideFunction: true, allowReturnOutsideFunction: true };
  for (const sourceType of ["module", "script"]) {
    try {
      return acorn.parse(text, { ...options, sourceType });
    } catch {
      // The other kind, or none.
    }
  }
  return null;
}

/** Every node below a tree. */
function* walk(tree) {
  const open = [tree];
  while (open.length) {
    const node = open.pop();
    if (Array.isArray(node)) open.push(...node);
    else if (node && typeof node.type === "string") {
      yield node;
      for (const value of Object.values(node)) if (value && typeof value === "object") open.push(value);
    }
  }
}

/** What the files of tests name: what they import of which file, members, and classes. */
export class Names {
  imports = new Map();
  members = new Set();
  classes = new Set();

  constructor(texts) {
    for (const text of texts) {
      const tree = parse(text);
      if (tree) for (const node of walk(tree)) this.#node(node);
    }
  }

  /** The names that are imported of a file of the solution. */
  of(file) {
    return this.imports.get(file) ?? new Set();
  }

  #import(from, names) {
    if (typeof from !== "string" || !from.startsWith(".")) return;
    const file = path.normalize(from);
    for (const one of [file, `${file}.js`, `${file}.cjs`]) {
      const found = this.imports.get(one) ?? new Set();
      for (const name of names) found.add(name);
      this.imports.set(one, found);
    }
  }

  #node(node) {
    switch (node.type) {
      case "ImportDeclaration":
        this.#import(node.source.value, node.specifiers.map((one) =>
          one.type === "ImportDefaultSpecifier" ? "default" : one.imported ? nameOf(one.imported) : "*"));
        break;
      case "ImportExpression":
        this.#import(node.source.value, ["*"]);
        break;
      case "CallExpression":
        if (node.callee.name === "require") this.#import(node.arguments[0]?.value, ["*"]);
        if (CHECKS.has(node.callee.property?.name ?? node.callee.name)) this.#class(node.arguments[1]);
        break;
      case "NewExpression":
        this.#class(node.callee);
        break;
      case "BinaryExpression":
        if (node.operator === "instanceof") this.#class(node.right);
        break;
      case "MemberExpression":
        if (!node.computed) this.members.add(node.property.name);
        break;
      case "Property":
        this.members.add(nameOf(node.key));
        break;
      case "Literal":
        if (typeof node.value === "string" && node.value.length < 100) this.members.add(node.value);
    }
  }

  #class(node) {
    if (node?.type === "Identifier") this.classes.add(node.name);
    if (node?.type === "MemberExpression" && !node.computed) this.classes.add(node.property.name);
  }
}

const nameOf = (node) => String(node.name ?? node.value);

/** What is exported by a file of the submission: text, name and number of parameters, by name. */
export function exportedFunctions(file) {
  const found = new Map();
  let text = "";
  try {
    text = fs.readFileSync(file, "utf8");
  } catch {
    return found;
  }
  const tree = parse(text);
  if (!tree) return found;
  const declared = new Map();
  const told = (node, name) => {
    if (node?.type === "Identifier") return declared.get(node.name);
    if (!node || !(FUNCTIONS.has(node.type) || CLASSES.has(node.type))) return undefined;
    return { name: node.id?.name ?? name, length: parameters(node), text: text.slice(node.start, node.end) };
  };
  const declare = (node) => {
    if (node?.type === "VariableDeclaration") {
      for (const one of node.declarations) if (one.id.type === "Identifier") declared.set(one.id.name, told(one.init, one.id.name));
    } else if (node?.id) declared.set(node.id.name, told(node, node.id.name));
  };
  const tell = (name, what) => what && found.set(name, what);
  for (const node of tree.body) declare(node.declaration ?? node);
  for (const node of tree.body) {
    if (node.type === "ExportDefaultDeclaration") tell("default", told(node.declaration, "default"));
    if (node.type === "ExportNamedDeclaration" && !node.source) {
      for (const one of node.specifiers) tell(nameOf(one.exported), declared.get(nameOf(one.local)));
      for (const name of declaredBy(node.declaration)) tell(name, declared.get(name));
    }
    const set = node.type === "ExpressionStatement" && node.expression.type === "AssignmentExpression" && node.expression;
    if (set && set.left.type === "MemberExpression" && !set.left.computed) common(set, told, tell);
  }
  return found;
}

function declaredBy(node) {
  if (!node) return [];
  return node.declarations ? node.declarations.map((one) => one.id.name).filter(Boolean) : [node.id.name];
}

/** `module.exports = …`, `module.exports.name = …` and `exports.name = …`. */
function common({ left, right }, told, tell) {
  const name = left.property.name;
  const { object } = left;
  if (object.name === "module" && name === "exports") {
    tell("module.exports", told(right, ""));
    for (const one of right.properties ?? []) {
      if (one.type === "Property" && !one.computed) tell(nameOf(one.key), told(one.value, nameOf(one.key)));
    }
  } else if (object.name === "exports" || (object.object?.name === "module" && object.property?.name === "exports")) {
    tell(name, told(right, name));
  }
}

function parameters(node) {
  if (CLASSES.has(node.type)) {
    const maker = node.body.body.find((one) => one.kind === "constructor");
    return maker ? parameters(maker.value) : 0;
  }
  const first = node.params.findIndex((one) => one.type === "AssignmentPattern" || one.type === "RestElement");
  return first < 0 ? node.params.length : first;
}
