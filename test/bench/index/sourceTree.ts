import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { seeded } from "../../fixtures/seeded";

const verbs = "open close read write flush merge split verify encode decode resolve parse render load store fetch apply build find list remove insert update validate convert compute schedule cancel retry acquire release serialize compare select filter group trim watch notify dispatch register".split(" ");
const nouns = "cache token socket parser session chunk buffer config model queue index header record stream packet worker thread file folder path cursor range symbol node edge graph matrix vector row column table schema query result request response cookie user account order invoice payment address locale currency date timer clock event listener signal channel message topic broker shard replica snapshot journal lease lock permission policy role secret key digest signature frame pixel texture shader layer canvas widget button dialog menu theme font glyph tile region sector sensor reading sample metric counter gauge histogram trace span budget quota limit window page block segment offset pointer".split(" ");
const adjectives = "stale fresh empty pending active remote local shared nested partial final initial cached sorted unique missing broken valid expired deferred atomic signed raw".split(" ");
const sentences = ["when the {n} is {a}", "so that a {a} {n} does not block the {m}", "before the {m} is told", "unless the {n} was {v}ed already", "as the {m} may hold a {a} {n}", "and keeps the {n} for the next {m}"];

interface Style {
  readonly extension: string;
  readonly comment: string;
  readonly isSnake: boolean;
  readonly open: (type: string) => string;
  readonly close: string;
  readonly method: (name: string, parameter: string, body: readonly string[]) => string;
  readonly statements: readonly string[];
}

const braces = (head: (name: string, parameter: string) => string, indent = "  ") => (name: string, parameter: string, body: readonly string[]) =>
  `${indent}${head(name, parameter)} {\n${body.map((line) => `${indent}  ${line}`).join("\n")}\n${indent}}\n`;

const cStatements = ["{x} = {f}({p}, {i});", "if ({x} == {p}) {", "  {g}({x}, \"{w}\");", "}", "for (int i = 0; i < {i}; i++) {", "  {x} += {f}({p}[i]);", "}", "{m}.{g}({x});", "return {x};"];
const styles: readonly Style[] = [
  {
    extension: "ts",
    comment: "//",
    isSnake: false,
    open: (type) => `export class ${type} {\n`,
    close: "}\n",
    method: braces((name, parameter) => `async ${name}(${parameter}: string, limit = 10): Promise<number>`),
    statements: ["const {x} = await this.{f}({p}, {i});", "if ({x} === undefined) throw new Error(`no {w} for ${{p}}`);", "for (const {y} of {x}.{m}) {", "  this.{g}({y}, { {p}, limit: {i} });", "}", "const {y} = {x}.map(({m}) => {m}.{f}).filter(Boolean);", "return {y}.length;"],
  },
  {
    extension: "py",
    comment: "#",
    isSnake: true,
    open: (type) => `class ${type}:\n`,
    close: "",
    method: (name, parameter, body) => `    def ${name}(self, ${parameter}, limit=10):\n${body.map((line) => `        ${line}`).join("\n")}\n`,
    statements: ["{x} = self.{f}({p}, {i})", "if {x} is None:", "    raise ValueError(\"no {w} for %s\" % {p})", "for {y} in {x}.{m}:", "    self.{g}({y}, {p}={p})", "{y} = [{m}.{f}() for {m} in {x} if {m}]", "return len({y})"],
  },
  {
    extension: "go",
    comment: "//",
    isSnake: false,
    open: (type) => `type ${type} struct {\n\tlimit int\n}\n\n`,
    close: "",
    method: braces((name, parameter) => `func ${name}(${parameter} string, limit int) (int, error)`, ""),
    statements: ["{x}, err := {f}({p}, {i})", "if err != nil {", "  return 0, fmt.Errorf(\"no {w}: %w\", err)", "}", "for _, {y} := range {x}.{m} {", "  {g}({y}, {p})", "}", "return {i}, nil"],
  },
  { extension: "java", comment: "//", isSnake: false, open: (type) => `public class ${type} {\n`, close: "}\n", method: braces((name, parameter) => `public int ${name}(String ${parameter}, int limit)`), statements: ["int {x} = 0;", ...cStatements] },
  { extension: "cpp", comment: "//", isSnake: true, open: (type) => `class ${type} {\npublic:\n`, close: "};\n", method: braces((name, parameter) => `int ${name}(const std::string& ${parameter}, int limit)`), statements: ["auto {x} = {f}({p});", ...cStatements] },
  {
    extension: "rs",
    comment: "///",
    isSnake: true,
    open: (type) => `pub struct ${type} {\n    limit: usize,\n}\n\nimpl ${type} {\n`,
    close: "}\n",
    method: braces((name, parameter) => `pub fn ${name}(&self, ${parameter}: &str, limit: usize) -> usize`),
    statements: ["let {x} = self.{f}({p}, {i});", "let Some({y}) = {x}.{m}() else { return {i} };", "for {m} in {y}.iter() {", "  self.{g}({m}, \"{w}\");", "}", "{y}.len() + {i}"],
  },
];

/** Makes files that read like a company's code: six languages and some prose, identifiers of common and of rare words. */
export class SourceTree {
  readonly #random: () => number;
  #files = 0;

  constructor(seed = 1) {
    this.#random = seeded(seed);
  }

  /** Writes about so many bytes more below the folder. Returns how many files that were. */
  write(root: string, bytes: number): number {
    const before = this.#files;
    for (let written = 0; written < bytes; this.#files++) {
      const text = this.#files % 20 === 19 ? this.#prose() : this.#source(this.#style());
      const name = `${this.#word(nouns)}${this.#files}`;
      const extension = this.#files % 20 === 19 ? "md" : this.#style().extension;
      const file = path.join(root, this.#folder(0), this.#folder(1), `${name}.${extension}`);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
      written += text.length;
    }
    return this.#files - before;
  }

  #style(): Style {
    return styles[this.#files % styles.length] ?? styles[0]!;
  }

  #folder(level: number): string {
    return nouns[(this.#files * (level + 3) + (this.#files >> 5)) % (level === 0 ? 12 : nouns.length)] ?? "src";
  }

  /** A word; the first of the list are the commonest. */
  #word(words: readonly string[]): string {
    return words[Math.floor(words.length * this.#random() ** 2)] ?? "";
  }

  /** Most identifiers are made of words that all files use; one in eight bears a number of its own. */
  #name(style: Style, isType = false): string {
    const parts = [isType ? this.#word(adjectives) : this.#word(verbs), this.#word(nouns)];
    if (this.#random() < 0.4) parts.push(this.#word(nouns));
    if (this.#random() < 0.12) parts.push(`v${Math.floor(this.#random() * 4000)}`);
    if (style.isSnake && !isType) return parts.join("_");
    const joined = parts.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join("");
    return isType ? joined : joined.charAt(0).toLowerCase() + joined.slice(1);
  }

  #source(style: Style): string {
    const classes = 1 + Math.floor(this.#random() * 3);
    return Array.from({ length: classes }, () => this.#class(style)).join("\n");
  }

  #class(style: Style): string {
    const methods = Array.from({ length: 2 + Math.floor(this.#random() ** 2 * 16) }, () => this.#method(style));
    return `${style.comment} ${this.#sentence()}\n${style.open(this.#name(style, true))}${methods.join("\n")}${style.close}`;
  }

  #method(style: Style): string {
    const repeats = 1 + Math.floor(this.#random() ** 2 * 5);
    const parameter = this.#word(nouns);
    const body = Array.from({ length: repeats }, () => style.statements.map((line) => this.#fill(line, style, parameter))).flat();
    const indent = style.method("x", "y", []).startsWith(" ") ? "  " : "";
    return `${indent}${style.comment} ${this.#sentence()}\n${style.method(this.#name(style), parameter, body)}`;
  }

  #fill(line: string, style: Style, parameter: string): string {
    const values: Readonly<Record<string, () => string>> = {
      x: () => this.#word(adjectives) + (style.isSnake ? "_" : "") + parameter,
      y: () => `${this.#word(nouns)}s`,
      f: () => this.#name(style),
      g: () => this.#name(style),
      m: () => this.#word(nouns),
      p: () => parameter,
      w: () => this.#sentence(),
      i: () => String(Math.floor(this.#random() * 100)),
    };
    return line.replace(/\{([xyfgmpwi])\}/g, (_, key: string) => values[key]?.() ?? "");
  }

  #sentence(): string {
    const template = sentences[Math.floor(this.#random() * sentences.length)] ?? "";
    const tail = template.replace(/\{(\w)\}/g, (_, key: string) => this.#word(key === "a" ? adjectives : key === "v" ? verbs : nouns));
    return `Will ${this.#word(verbs)} the ${this.#word(nouns)} ${tail}.`;
  }

  #prose(): string {
    return Array.from({ length: 12 }, () => `## How to ${this.#word(verbs)} a ${this.#word(nouns)}\n\n${Array.from({ length: 8 }, () => this.#sentence()).join(" ")}\n`).join("\n");
  }
}
