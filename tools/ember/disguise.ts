import type { Chance } from "./chance";
import type { SourceChunk } from "./corpus";

const endings: Readonly<Record<string, readonly string[]>> = { python: [".py"], typescript: [".ts", ".ts", ".ts", ".mts"], javascript: [".js", ".js", ".mjs", ".cjs"] };
const consonants = Array.from("bcdfgklmnprstvwz");
const vowels = Array.from("aeiou");
const identifiers = /[A-Za-z_$][\w$]*/g;

/** Words that names are made of, as they come in the corpus: the more frequent the more often. */
export function nameWords(chunks: readonly SourceChunk[]): readonly string[] {
  const names = chunks.flatMap(({ functions }) => functions.flatMap(({ name, parameters }) => [name, ...parameters]));
  return names.flatMap((name) => name.split(/_+|(?<=[a-z0-9])(?=[A-Z])/).map((word) => word.toLowerCase())).filter((word) => /^[a-z]{2,10}$/.test(word));
}

/**
 * The same chunk with other names, in another place: what was learnt by heart is of no use then. Some chunks keep some
 * of their names, since real ones do.
 */
export function disguised(chunk: SourceChunk, words: readonly string[], chance: Chance): SourceChunk {
  const own = new Set(chunk.functions.flatMap(({ name, parameters, calls }) => [name, ...parameters, ...calls]));
  const share = chance.pick([0, 0.5, 1]);
  const style = chunk.language === "python" ? "snake" : "camel";
  const renamed = new Map<string, string>();
  for (const name of own) {
    if (!chance.is(share) || /^__\w+__$/.test(name)) continue;
    const other = /^[A-Z]/.test(name) ? capital(madeName(words, "camel", chance)) : madeName(words, style, chance);
    if (!own.has(other) && ![...renamed.values()].includes(other)) renamed.set(name, other);
  }
  const to = (name: string) => renamed.get(name) ?? name;
  return {
    ...chunk,
    path: chance.is(0.75) ? madePath(words, chunk.language, chance) : chunk.path,
    startLine: chance.is(0.3) ? chunk.startLine : 1 + chance.below(chance.pick([30, 200, 900])),
    lines: chunk.lines.map((line) => line.replace(identifiers, to)),
    functions: chunk.functions.map((facts) => ({
      ...facts,
      name: to(facts.name),
      parameters: facts.parameters.map(to),
      calls: facts.calls.map(to),
      ...(facts.returns !== undefined && { returns: facts.returns.replace(identifiers, to) }),
      ...(facts.doc !== undefined && { doc: facts.doc.replace(identifiers, to) }),
    })),
  };
}

/** A name that nobody has used, or nearly so. */
export function madeName(words: readonly string[], style: "camel" | "snake", chance: Chance): string {
  const parts = Array.from({ length: chance.pick([1, 2, 2, 2, 3, 3, 4]) }, () => (chance.is(0.12) ? syllables(chance) : chance.pick(words)));
  if (parts.join("").length < 4) parts.push(chance.pick(words), syllables(chance));
  if (style === "snake") return parts.join("_");
  return parts.map((part, i) => (i === 0 ? part : capital(part))).join("");
}

function madePath(words: readonly string[], language: string, chance: Chance): string {
  const folders = Array.from({ length: chance.pick([0, 1, 1, 2, 2, 3]) }, (_, i) => (i === 0 && chance.is(0.5) ? chance.pick(["src", "lib", "app", "packages", "test"]) : chance.pick(words)));
  const file = madeName(words, language === "python" || chance.is(0.3) ? "snake" : "camel", chance);
  const ending = chance.pick(endings[language] ?? [".ts"]);
  const shown = chance.is(0.15) ? file.replaceAll("_", "-") : chance.is(0.1) ? capital(file) : file;
  return [...folders, shown + ending].join("/");
}

function syllables(chance: Chance): string {
  return Array.from({ length: 2 + chance.below(2) }, () => chance.pick(consonants) + chance.pick(vowels)).join("");
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
