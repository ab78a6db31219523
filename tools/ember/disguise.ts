import path from "node:path";
import type { Chance } from "./chance";
import type { SourceChunk } from "./corpus";

const endings: Readonly<Record<string, readonly string[]>> = { python: [".py"], typescript: [".ts", ".ts", ".ts", ".mts"], javascript: [".js", ".js", ".mjs", ".cjs"], markdown: [".md"] };
const consonants = Array.from("bcdfgklmnprstvwz");
const vowels = Array.from("aeiou");
const identifiers = /[A-Za-z_$][\w$]*/g;

/** Words that names are made of, as they come in the corpus: the more frequent the more often. */
export function nameWords(chunks: readonly Pick<SourceChunk, "functions">[]): readonly string[] {
  const names = chunks.flatMap(({ functions }) => functions.flatMap(({ name, parameters }) => [name, ...parameters]));
  return names.flatMap((name) => name.split(/_+|(?<=[a-z0-9])(?=[A-Z])/).map((word) => word.toLowerCase())).filter((word) => /^[a-z]{2,10}$/.test(word));
}

/** What the chunks of one prompt have in common: a name or a file that comes twice gets the same other name. */
export interface Disguise {
  /** New names by the old ones; a name that is kept stands for itself. */
  readonly names: Map<string, string>;
  /** By the real path: the made one, and what is added to its line numbers. */
  readonly files: Map<string, { readonly path: string; readonly shift: number }>;
  /** Share of the names that are changed. */
  readonly share: number;
  readonly words: readonly string[];
  readonly chance: Chance;
}

export function newDisguise(words: readonly string[], chance: Chance): Disguise {
  return { names: new Map(), files: new Map(), share: chance.pick([0, 0.5, 1]), words, chance };
}

/**
 * The same chunk with other names, in another place: what was learnt by heart is of no use then. Some chunks keep some
 * of their names, since real ones do.
 */
export function disguised(chunk: SourceChunk, disguise: Disguise): SourceChunk {
  rename(chunk, disguise);
  const file = disguisedFile(chunk, disguise);
  const to = (name: string) => disguise.names.get(name) ?? name;
  const text = (code: string) => code.replace(identifiers, to);
  return {
    ...chunk,
    path: file.path,
    startLine: chunk.startLine + file.shift,
    lines: chunk.lines.map(text),
    ...(chunk.inside !== undefined && { inside: text(chunk.inside) }),
    functions: chunk.functions.map((facts) => ({
      ...facts,
      name: to(facts.name),
      parameters: facts.parameters.map(to),
      calls: facts.calls.map(to),
      ...(facts.returns !== undefined && { returns: text(facts.returns) }),
      ...(facts.doc !== undefined && { doc: text(facts.doc) }),
    })),
  };
}

function rename(chunk: SourceChunk, { names, share, words, chance }: Disguise): void {
  const own = new Set(chunk.functions.flatMap(({ name, parameters, calls }) => [name, ...parameters, ...calls]));
  const style = chunk.language === "python" ? "snake" : "camel";
  for (const name of own) {
    if (names.has(name)) continue;
    const other = /^[A-Z]/.test(name) ? capital(madeName(words, "camel", chance)) : madeName(words, style, chance);
    const isFree = !own.has(other) && ![...names.values()].includes(other);
    names.set(name, isFree && chance.is(share) && !/^__\w+__$/.test(name) ? other : name);
  }
}

/** Files of one prompt often lie in one folder, as found code does. */
function disguisedFile(chunk: SourceChunk, { files, words, chance }: Disguise): { readonly path: string; readonly shift: number } {
  const known = files.get(`${chunk.origin}/${chunk.path}`);
  if (known) return known;
  const [other] = files.values();
  const made = chance.is(0.75) ? madePath(words, chunk.language, chance) : chunk.path;
  const place = other && chance.is(0.35) ? path.posix.join(path.posix.dirname(other.path), path.posix.basename(made)) : made;
  const shift = chance.is(0.3) ? 0 : 1 + chance.below(chance.pick([30, 200, 900])) - chunk.startLine;
  const file = { path: place, shift };
  files.set(`${chunk.origin}/${chunk.path}`, file);
  return file;
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
