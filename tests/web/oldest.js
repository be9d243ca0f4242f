// Reads scripts as a web view of 2017 would (ECMAScript 2017, modules) and prints what they name, as JSON:
// [{file, error?, calls: [...], globals: [...]}]. Run with: node --expose-internals oldest.js FILE …
"use strict";
const fs = require("fs");
const acorn = require("internal/deps/acorn/acorn/dist/acorn"); // the parser inside Node itself
const walk = require("internal/deps/acorn/acorn-walk/dist/walk");

function names(tree) {
  const calls = new Set();
  const globals = new Set();
  walk.full(tree, (node) => {
    const callee = node.type === "CallExpression" && node.callee;
    if (callee && callee.type === "MemberExpression" && !callee.computed) calls.add(callee.property.name);
    if (node.type === "Identifier") globals.add(node.name);
  });
  return { calls: [...calls], globals: [...globals] };
}

const report = process.argv.slice(2).map((file) => {
  const source = fs.readFileSync(file, "utf8");
  try {
    return { file, ...names(acorn.parse(source, { ecmaVersion: 2017, sourceType: "module" })) };
  } catch (error) {
    return { file, error: error.message, calls: [], globals: [] };
  }
});
process.stdout.write(JSON.stringify(report));
