import { anyButLineBreak, characterClass, type CharacterRange, complement, jsonCharacters, namedSet } from "./characterSet";
import type { GrammarRules } from "./gbnf";
import { refuseSchema, type SchemaPlace } from "./schemaRefusal";

/**
 * The inside of a JSON string whose text a regular expression matches. Lookarounds, back references, word boundaries and
 * anchors within the expression are refused.
 */
export function patternBody(pattern: string, rules: GrammarRules, place: SchemaPlace): string {
  return new PatternReader(pattern, rules, place).read();
}

const controls: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

class PatternReader {
  readonly #characters: readonly string[];
  #at = 0;

  constructor(
    readonly pattern: string,
    readonly rules: GrammarRules,
    readonly place: SchemaPlace,
  ) {
    this.#characters = Array.from(pattern);
  }

  read(): string {
    const options = [this.#anchored()];
    while (this.#take("|")) options.push(this.#anchored());
    if (this.#at < this.#characters.length) this.#refuse();
    return this.rules.define(options.join(" | "), this.place);
  }

  /** What is not anchored may have any text around it. */
  #anchored(): string {
    const front = this.#take("^") ? "" : "char*";
    const body = this.#sequence();
    return `${front} ${body} ${this.#take("$") ? "" : "char*"}`.trim() || '""';
  }

  #options(): string {
    const options = [this.#sequence()];
    while (this.#take("|")) options.push(this.#sequence());
    return this.rules.define(options.map((option) => option || '""').join(" | "), this.place);
  }

  #sequence(): string {
    const parts: string[] = [];
    for (;;) {
      const next = this.#peek();
      if (next === undefined || next === "|" || next === ")" || next === "$") return parts.filter(Boolean).join(" ");
      parts.push(this.#repeated(this.#atom()));
    }
  }

  #repeated(atom: string): string {
    const mark = this.#peek();
    if (mark === undefined || !"*+?{".includes(mark)) return atom;
    const [least, most] = this.#count();
    this.#take("?");
    if (this.#peek() !== undefined && "*+?{".includes(this.#peek() ?? "")) this.#refuse();
    return this.rules.repeat(this.rules.define(atom, this.place), least, most, this.place);
  }

  #count(): readonly [number, number | undefined] {
    if (this.#take("*")) return [0, undefined];
    if (this.#take("+")) return [1, undefined];
    if (this.#take("?")) return [0, 1];
    const rest = this.#characters.slice(this.#at, this.#at + 24).join("");
    const found = /^\{(\d{1,5})(,(\d{1,5})?)?\}/.exec(rest);
    if (!found) return this.#refuse();
    this.#at += found[0].length;
    const least = Number(found[1]);
    const most = found[2] === undefined ? least : found[3] === undefined ? undefined : Number(found[3]);
    return most !== undefined && most < least ? this.#refuse() : [least, most];
  }

  #atom(): string {
    const character = this.#next();
    if (character === "(") return this.#group();
    if (character === "[") return this.#class();
    if (character === ".") return characterClass(anyButLineBreak);
    if (character === "\\") return this.#escaped();
    return "^*+?{}]".includes(character) ? this.#refuse() : jsonCharacters(character);
  }

  #group(): string {
    if (this.#take("?") && !this.#take(":")) this.#refuse();
    const options = this.#options();
    if (!this.#take(")")) this.#refuse();
    return options;
  }

  #escaped(): string {
    const character = this.#next();
    const set = namedSet(character);
    return set ? characterClass(set) : jsonCharacters(this.#plain(character));
  }

  #class(): string {
    const isNegated = this.#take("^");
    const ranges: CharacterRange[] = [];
    while (!this.#take("]")) ranges.push(...this.#member());
    return characterClass(isNegated ? complement(ranges) : ranges) || this.#refuse();
  }

  #member(): readonly CharacterRange[] {
    const first = this.#next();
    const set = first === "\\" ? namedSet(this.#peek() ?? "") : undefined;
    if (set) {
      this.#at++;
      return set;
    }
    const from = code(first === "\\" ? this.#plain(this.#next()) : first);
    if (this.#peek() !== "-" || this.#characters[this.#at + 1] === "]") return [[from, from]];
    this.#at++;
    const last = this.#next();
    const to = last === "\\" && namedSet(this.#peek() ?? "") ? this.#refuse() : code(last === "\\" ? this.#plain(this.#next()) : last);
    return to < from ? this.#refuse() : [[from, to]];
  }

  /** What a character behind a backslash stands for, if it is one character. */
  #plain(character: string): string {
    const control = controls[character];
    if (control !== undefined) return control;
    const digits = character === "u" ? 4 : character === "x" ? 2 : 0;
    if (digits === 0) return /[a-zA-Z0-9]/.test(character) ? this.#refuse() : character;
    const hex = this.#characters.slice(this.#at, this.#at + digits).join("");
    this.#at += digits;
    return /^[0-9a-fA-F]+$/.test(hex) && hex.length === digits ? String.fromCharCode(parseInt(hex, 16)) : this.#refuse();
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }

  #next(): string {
    return this.#characters[this.#at++] ?? this.#refuse();
  }

  #take(character: string): boolean {
    const isThere = this.#peek() === character;
    if (isThere) this.#at++;
    return isThere;
  }

  #refuse(): never {
    return refuseSchema(this.place, `"pattern" ${JSON.stringify(this.pattern)}`);
  }
}

function code(character: string): number {
  return character.codePointAt(0) ?? 0;
}
