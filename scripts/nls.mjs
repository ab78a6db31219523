// `npm run nls`: moves the texts of package.json that people read into package.nls.json, each under a key, and drops
// keys that are no longer used, from every language. With --check it only tells what is missing.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isMain, PlainError, runMain } from "./lib/progress.mjs";
import { root } from "./lib/project.mjs";

const manifestFile = path.join(root, "package.json");
const sourceFile = path.join(root, "package.nls.json");

/** @typedef {Record<string, string>} Texts */
/** @typedef {{ holder: Record<string, any>, name: string, key: string }} Place where a text stands, and its key */

/** The product's name is the same in every language. */
const isName = (/** @type {unknown} */ text) => text === "Hearth";
const isKey = (/** @type {string} */ text) => /^%[^%]+%$/.test(text);

/**
 * The places of a manifest that hold texts which people read.
 * @param {Record<string, any>} manifest
 * @returns {readonly Place[]}
 */
export function textPlaces(manifest) {
  const { contributes = {}, capabilities = {} } = manifest;
  return [
    ...of(manifest, "", ["displayName", "description"]),
    ...Object.entries(capabilities).flatMap(([name, capability]) => of(capability, `capability.${name}`, ["description"])),
    ...each(contributes.commands, (one) => of(one, `command.${short(one.command)}`, ["title", "shortTitle"])),
    ...each(contributes.submenus, (one) => of(one, `submenu.${short(one.id)}`, ["label"])),
    ...each(Object.values(contributes.viewsContainers ?? {}).flat(), (one) => of(one, `container.${short(one.id)}`, ["title"])),
    ...each(Object.values(contributes.views ?? {}).flat(), (one) => of(one, `view.${short(one.id)}`, ["name", "contextualTitle"])),
    ...each(contributes.languageModelChatProviders, (one) => of(one, `provider.${one.vendor}`, ["displayName"])),
    ...each(contributes.languageModelTools, (one) => of(one, `tool.${one.name}`, ["displayName", "userDescription"])),
    ...each(contributes.chatParticipants, (one) => of(one, `participant.${one.name}`, ["fullName", "description"])),
    ...each(contributes.walkthroughs, walkthroughPlaces),
    ...each(contributes.configuration, sectionPlaces),
  ].filter(({ holder, name }) => typeof holder[name] === "string" && !isName(holder[name]));
}

/** @returns {readonly Place[]} */
function walkthroughPlaces(/** @type {Record<string, any>} */ walkthrough) {
  const key = `walkthrough.${walkthrough["id"]}`;
  return [
    ...of(walkthrough, key, ["title", "description"]),
    ...each(walkthrough["steps"], (step) => [...of(step, `${key}.${step.id}`, ["title", "description"]), ...of(step.media, `${key}.${step.id}`, ["altText"])]),
  ];
}

/** @returns {readonly Place[]} */
function sectionPlaces(/** @type {Record<string, any>} */ section) {
  const properties = Object.entries(/** @type {Record<string, any>} */ (section["properties"]));
  return [
    ...of(section, `section.${section["order"]}`, ["title"]),
    ...properties.flatMap(([name, setting]) => {
      const key = `setting.${short(name)}`;
      const choices = setting.enumDescriptions ?? setting.markdownEnumDescriptions ?? [];
      const named = (/** @type {number} */ at) => String(setting.enum?.[at] ?? "default");
      return [
        ...of(setting, key, ["markdownDescription", "description", "patternErrorMessage", "markdownDeprecationMessage"]),
        ...Object.keys(choices).map((at) => ({ holder: choices, name: at, key: `${key}.${named(Number(at))}` })),
      ];
    }),
  ];
}

/** @returns {Place[]} */
function of(/** @type {Record<string, any>} */ holder, /** @type {string} */ key, /** @type {readonly string[]} */ names) {
  return names.filter((name) => name in holder).map((name) => ({ holder, name, key: key === "" ? name : `${key}.${name}` }));
}

/** @returns {Place[]} */
function each(/** @type {readonly any[] | undefined} */ list, /** @type {(one: any) => readonly Place[]} */ places) {
  return (list ?? []).flatMap((one) => places(one));
}

function short(/** @type {string} */ id) {
  return id.replace(/^hearth\./, "");
}

/**
 * Puts a key in the place of each text that has none, and adds the text to `texts`; drops what no place uses.
 * @param {Record<string, any>} manifest is changed
 * @param {Texts} texts
 * @returns {Texts} in the order of the manifest
 */
export function moveTexts(manifest, texts) {
  /** @type {Texts} */
  const moved = {};
  for (const { holder, name, key } of textPlaces(manifest)) {
    const text = holder[name];
    const used = isKey(text) ? text.slice(1, -1) : key;
    moved[used] = isKey(text) ? (texts[used] ?? "") : text;
    holder[name] = `%${used}%`;
  }
  return moved;
}

/**
 * What is wrong with a manifest and its texts, as sentences.
 * @param {Record<string, any>} manifest
 * @param {Texts} texts
 * @param {Readonly<Record<string, Texts>>} languages by file name
 */
export function problemsOf(manifest, texts, languages) {
  const places = textPlaces(manifest);
  const literal = places.filter(({ holder, name }) => !isKey(holder[name])).map(({ key }) => `package.json has the text of ${key} written out.`);
  const used = new Set(places.map(({ holder, name }) => holder[name]).filter(isKey).map((text) => text.slice(1, -1)));
  const missing = [...used].filter((key) => !texts[key]).map((key) => `package.nls.json lacks ${key}.`);
  const unused = Object.keys(texts).filter((key) => !used.has(key)).map((key) => `package.nls.json has ${key}, which nothing uses.`);
  const untranslated = Object.entries(languages).flatMap(([file, own]) => [...used].filter((key) => !own[key]).map((key) => `${file} lacks ${key}.`));
  return [...literal, ...missing, ...unused, ...untranslated];
}

/**
 * A manifest with its texts in their places, as the editor shows it in English.
 * @template {Record<string, any>} T
 * @param {T} manifest
 * @param {Texts} texts
 * @returns {T}
 */
export function withTexts(manifest, texts) {
  const copy = structuredClone(manifest);
  for (const { holder, name } of textPlaces(copy)) if (isKey(holder[name])) holder[name] = texts[holder[name].slice(1, -1)] ?? holder[name];
  return copy;
}

/** The manifest's texts in English; none where they have not been moved yet. @returns {Texts} */
export function readTexts(file = sourceFile) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

/** @returns {Record<string, Texts>} the other languages' texts by file name */
function readLanguages() {
  const files = readdirSync(root).filter((name) => /^package\.nls\.[\w-]+\.json$/.test(name));
  return Object.fromEntries(files.map((name) => [name, readTexts(path.join(root, name))]));
}

function write(/** @type {string} */ file, /** @type {object} */ content) {
  writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`);
}

function main() {
  const manifest = JSON.parse(readFileSync(manifestFile, "utf8"));
  if (!process.argv.includes("--check")) {
    const texts = moveTexts(manifest, readTexts());
    write(manifestFile, manifest);
    write(sourceFile, texts);
    for (const [name, own] of Object.entries(readLanguages())) write(path.join(root, name), Object.fromEntries(Object.keys(texts).flatMap((key) => (own[key] ? [[key, own[key]]] : []))));
  }
  const problems = problemsOf(manifest, readTexts(), readLanguages());
  if (problems.length > 0) throw new PlainError(`${problems.join("\n")}\nThis moves texts that are written out: npm run nls`);
}

if (isMain(import.meta.url)) await runMain(async () => main());
