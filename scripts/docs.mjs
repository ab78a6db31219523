// `npm run docs`: writes the README's table of settings from package.json. With --check it only tells whether it is current.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isMain, PlainError, runMain } from "./lib/progress.mjs";
import { readTexts, withTexts } from "./nls.mjs";
import { readManifest, root } from "./lib/project.mjs";

const begin = "<!-- settings:begin (made by `npm run docs` from package.json) -->";
const end = "<!-- settings:end -->";

/**
 * @typedef {object} Setting
 * @property {string} [markdownDescription]
 * @property {unknown} [default]
 * @property {number} [order]
 * @property {readonly unknown[]} [enum]
 * @property {number} [minimum]
 * @property {number} [maximum]
 */

/** What an empty value leads to, where that is neither the model's own value nor nothing. */
const emptyDefaults = /** @type {Readonly<Record<string, string>>} */ ({
  "hearth.seed": "a new one",
  "hearth.turnWindow": "all",
  "hearth.systemPrompt": "model's own",
  "hearth.server.model": "server's first",
  "hearth.embeddingServer.model": "server's first",
});

/**
 * The settings of a manifest as Markdown, a table for each section.
 * @param {{ contributes: { configuration: readonly { title: string, properties: Record<string, Setting> }[] } }} manifest
 */
export function settingsTables({ contributes }) {
  return contributes.configuration.map(({ title, properties }) => `**${title}**\n\n${table(properties)}`).join("\n\n");
}

function table(/** @type {Record<string, Setting>} */ properties) {
  const rows = Object.entries(properties)
    .sort(([, a], [, b]) => (a.order ?? 0) - (b.order ?? 0))
    .map(([key, setting]) => `| \`${key}\` | ${defaultOf(key, setting.default)} | ${description(setting)} |`);
  return ["| Setting | Default | |", "|---|---|---|", ...rows].join("\n");
}

/**
 * @param {string} key
 * @param {unknown} content
 */
function defaultOf(key, content) {
  const isEmpty = content === null || content === "" || (Array.isArray(content) && content.length === 0);
  if (isEmpty) return emptyDefaults[key] ?? (content === null ? "model's own" : "none");
  return (Array.isArray(content) ? content : [content]).map(value).join(" ");
}

function value(/** @type {unknown} */ content) {
  return `\`${String(content)}\``;
}

function description(/** @type {Setting} */ setting) {
  const { minimum, maximum } = setting;
  const range = minimum !== undefined && maximum !== undefined ? ` Range: ${minimum} to ${maximum}.` : "";
  const choices = setting.enum ? ` One of ${setting.enum.filter((choice) => choice !== null).map(value).join(", ")}.` : "";
  return `${setting.markdownDescription ?? ""}${choices}${range}`.replaceAll("|", "\\|").replaceAll("\n", " ");
}

/**
 * The text with the part between the markers replaced.
 * @param {string} text
 * @param {string} content
 */
export function replaceBetweenMarkers(text, content) {
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new PlainError(`README.md lacks the markers ${begin} and ${end}.`);
  return `${text.slice(0, from)}${begin}\n\n${content}\n\n${text.slice(to)}`;
}

async function main() {
  const file = path.join(root, "README.md");
  const text = readFileSync(file, "utf8");
  const current = replaceBetweenMarkers(text, settingsTables(withTexts(readManifest(), readTexts())));
  if (text === current) return;
  if (process.argv.includes("--check")) throw new PlainError("README.md does not show the manifest's settings. This mends it: npm run docs");
  writeFileSync(file, current);
  console.log("README.md: the settings are written anew.");
}

if (isMain(import.meta.url)) await runMain(main);
