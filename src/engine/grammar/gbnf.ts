import { refuseSchema, type SchemaPlace } from "./schemaRefusal";

/** llama.cpp refuses longer repetitions. */
const longestRepetition = 1000;

/** Most rules that all repetitions of a grammar may unfold to, and most characters of its text. */
const limits = { unfolded: 50_000, text: 400_000 };

/** Rules that every grammar of JSON has. */
const jsonRules = {
  ws: String.raw`| " " | "\n" [ \t]{0,20}`,
  hex: "[0-9a-fA-F]",
  // Half of a surrogate pair is no character.
  escape: String.raw`"\\" ( ["\\/bfnrt] | "u" ( [0-9a-cA-CeEfF] hex{3} | [dD] [0-7] hex{2} ) )`,
  char: String.raw`[^"\\\x00-\x1F] | escape`,
  string: String.raw`"\"" char* "\""`,
  digits: "[0-9]{1,16}",
  natural: `"0" | [1-9] [0-9]{0,15}`,
  integer: `"-"? natural`,
  number: `integer ( "." digits )? ( [eE] [+-]? [0-9]{1,2} )?`,
  boolean: `"true" | "false"`,
  null: `"null"`,
  member: `string ws ":" ws value ws`,
  object: `"{" ws ( member ( "," ws member )* )? "}"`,
  element: "value ws",
  array: `"[" ws ( element ( "," ws element )* )? "]"`,
  value: "object | array | string | number | boolean | null",
} as const;

export type JsonRule = keyof typeof jsonRules;

/** Collects the rules of one grammar. Every expression that it gives is one symbol, so that it can stand anywhere. */
export class GrammarRules {
  readonly #bodies = new Map<string, string>();
  readonly #names = new Map<string, string>();
  #count = 0;
  #unfolded = 0;
  #length = 0;

  /** @returns the name of a rule with this body; equal bodies share one */
  define(body: string, place: SchemaPlace): string {
    const known = this.#names.get(body);
    if (known !== undefined) return known;
    const name = this.reserve();
    this.#names.set(body, name);
    this.fill(name, body, place);
    return name;
  }

  /** A name whose body follows, so that it may refer to itself. */
  reserve(): string {
    return `r${++this.#count}`;
  }

  fill(name: string, body: string, place: SchemaPlace): void {
    this.#length += name.length + body.length;
    if (this.#length > limits.text) refuseSchema(place, "its size");
    this.#bodies.set(name, body);
  }

  choice(options: readonly string[], place: SchemaPlace): string {
    return options.length === 1 ? (options[0] ?? "") : this.define(options.join(" | "), place);
  }

  /**
   * `symbol` so many times; longer repetitions than llama.cpp takes are put together from shorter ones.
   * @param most undefined: any number of times
   */
  repeat(symbol: string, least: number, most: number | undefined, place: SchemaPlace): string {
    this.#unfolded += most ?? least;
    if (this.#unfolded > limits.unfolded) refuseSchema(place, "its number of repetitions");
    const whole = Math.floor(least / longestRepetition);
    const front = Array.from({ length: whole }, () => `${symbol}{${longestRepetition}}`);
    const rest = least - whole * longestRepetition;
    const tail = most === undefined ? `${symbol}{${rest},}` : `${times(symbol, rest)} ${this.#upTo(symbol, most - least, place)}`;
    return [...front, tail.trim()].filter(Boolean).join(" ");
  }

  #upTo(symbol: string, most: number, place: SchemaPlace): string {
    if (most <= longestRepetition) return most === 0 ? "" : `${symbol}{0,${most}}`;
    const more = this.#upTo(symbol, most - longestRepetition, place);
    return this.define(`${symbol}{${longestRepetition}} ${more} | ${symbol}{0,${longestRepetition - 1}}`, place);
  }

  /** The whole grammar; white space may stand in front, since tokens of some vocabularies begin with it. */
  write(root: string): string {
    const rules = [...Object.entries(jsonRules), ...this.#bodies];
    return [`root ::= ws ${root}`, ...rules.map(([name, body]) => `${name} ::= ${body}`)].join("\n");
  }
}

function times(symbol: string, count: number): string {
  return count === 0 ? "" : `${symbol}{${count}}`;
}

/** A text as it stands. */
export function literal(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("\r", "\\r")}"`;
}

/** A value as JSON, without white space. */
export function jsonLiteral(value: unknown): string {
  return literal(JSON.stringify(value));
}
