// `npm run l10n`: collects the texts that the code shows, t("…"), into l10n/bundle.l10n.json, and drops from each
// language what is no longer used. With --check it only tells whether every language is complete.
import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { isMain, PlainError, runMain } from "./lib/progress.mjs";
import { root } from "./lib/project.mjs";

const folder = path.join(root, "l10n");
const source = path.join(folder, "bundle.l10n.json");

/**
 * The texts of a source file's calls of `t` from common/l10n.
 * @param {string} file for messages
 * @param {string} text
 * @returns {string[]}
 */
export function textsOf(file, text) {
  if (!/from "[^"]*\/l10n"/.test(text)) return [];
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  /** @type {string[]} */
  const found = [];
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isCallExpression(node) && node.expression.getText(tree) === "t") found.push(literal(file, tree, node));
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/**
 * @param {string} file
 * @param {ts.SourceFile} tree
 * @param {ts.CallExpression} call
 */
function literal(file, tree, call) {
  const [first] = call.arguments;
  const { line } = tree.getLineAndCharacterOfPosition(call.getStart(tree));
  if (!first || !ts.isStringLiteralLike(first)) throw new PlainError(`${file}:${line + 1}: t() takes a text that is written out there, so that it can be collected.`);
  if (!runsLater(call)) throw new PlainError(`${file}:${line + 1}: t() is called when the file is loaded, before the language is known. Call it in a function.`);
  return first.text;
}

/** Whether a call stands in a function, or in a field of an object that is made later. */
function runsLater(/** @type {ts.Node} */ node) {
  for (let at = node.parent; at; at = at.parent) {
    if (ts.isFunctionLike(at)) return true;
    if (ts.isPropertyDeclaration(at)) return !at.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword);
  }
  return false;
}

/** Every text of the sources, in order, each once. */
export function collectTexts() {
  const files = globSync("src/**/*.ts", { cwd: root });
  const texts = files.flatMap((file) => textsOf(file, readFileSync(path.join(root, file), "utf8")));
  return [...new Set(texts)].sort();
}

/** The bundles of other languages, by file. */
function languages() {
  return readdirSync(folder).filter((name) => /^bundle\.l10n\..+\.json$/.test(name)).map((name) => path.join(folder, name));
}

/**
 * What is amiss with a translation: texts without one, texts that nobody shows, places such as {0} that differ.
 * @param {readonly string[]} texts
 * @param {Record<string, string>} bundle
 */
export function problemsOf(texts, bundle) {
  const known = new Set(texts);
  const missing = texts.filter((text) => !Object.hasOwn(bundle, text)).map((text) => `not translated: ${JSON.stringify(text)}`);
  const unused = Object.keys(bundle).filter((text) => !known.has(text)).map((text) => `no longer used: ${JSON.stringify(text)}`);
  const places = Object.entries(bundle).filter(([text, other]) => placesOf(text) !== placesOf(other)).map(([text]) => `other places: ${JSON.stringify(text)}`);
  return [...missing, ...unused, ...places];
}

function placesOf(/** @type {string} */ text) {
  return [...new Set(text.match(/\{\d+\}/g))].sort().join("");
}

function read(/** @type {string} */ file) {
  return /** @type {Record<string, string>} */ (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {});
}

function write(/** @type {string} */ file, /** @type {Record<string, string>} */ bundle) {
  writeFileSync(file, `${JSON.stringify(bundle, undefined, 2)}\n`);
}

async function main() {
  const texts = collectTexts();
  const check = process.argv.includes("--check");
  if (!check) update(texts);
  const problems = languages().flatMap((file) => problemsOf(texts, read(file)).map((problem) => `${path.basename(file)}: ${problem}`));
  if (Object.keys(read(source)).join("\n") !== texts.join("\n")) problems.push("l10n/bundle.l10n.json is not current: run `npm run l10n`.");
  for (const problem of problems) console.log(problem);
  if (problems.length > 0 && check) throw new PlainError(`${problems.length} texts to see to.`);
  console.log(`${texts.length} texts, ${languages().length} translations.`);
}

function update(/** @type {readonly string[]} */ texts) {
  write(source, Object.fromEntries(texts.map((text) => [text, text])));
  for (const file of languages()) {
    const old = read(file);
    write(file, Object.fromEntries(texts.flatMap((text) => (Object.hasOwn(old, text) ? [[text, old[text] ?? text]] : []))));
  }
}

if (isMain(import.meta.url)) await runMain(main);
