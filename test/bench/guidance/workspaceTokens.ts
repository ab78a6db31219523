import type { Vocabulary } from "../../../src/engine/runtime";

/** Tokens of texts under a real tokenizer, numbered anew so that only those that occur have a number. */
export class WorkspaceTokens {
  readonly #numbers = new Map<number, number>();
  readonly #pieces: string[] = [];

  constructor(readonly vocabulary: Vocabulary) {}

  get count(): number {
    return this.#pieces.length;
  }

  tokenize(text: string): number[] {
    return this.vocabulary.tokenize(text).map((token) => this.#numberOf(token));
  }

  pieceOf(token: number): string {
    return this.#pieces[token] ?? "";
  }

  #numberOf(token: number): number {
    const known = this.#numbers.get(token) ?? this.#pieces.length;
    if (known === this.#pieces.length) this.#pieces.push(this.vocabulary.pieceOf(token));
    this.#numbers.set(token, known);
    return known;
  }
}

/** A name in a text: where its first token stands, and how it is spelt. */
export interface NamePlace {
  readonly at: number;
  readonly name: string;
}

const keywords = new Set(
  "and async await bool break case catch chan class const continue default def defer del elif else enum err error except export extends false finally float for foreach from func function get global impl implements import int interface lambda let loop match mod mut new nil none not null number package pass private public pub raise range ref return self set static str string struct super switch that the this throw throws trait true try type typeof undefined use var void where while with yield".split(" "),
);

export function namesIn(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/[A-Za-z_]\w{2,}/g)].map(([name]) => name).filter((name) => !keywords.has(name.toLowerCase())));
}

/** Names of `known` whose first token begins with them, white space apart. */
export function namePlaces(tokens: readonly number[], pieceOf: (token: number) => string, known: ReadonlySet<string>): readonly NamePlace[] {
  const starts = new Map<number, number>();
  let text = "";
  tokens.forEach((token, at) => {
    const piece = pieceOf(token);
    starts.set(text.length + (/^\s*/.exec(piece)?.[0].length ?? 0), at);
    text += piece;
  });
  return [...text.matchAll(/[A-Za-z_]\w{2,}/g)].flatMap(({ 0: name, index }) => {
    const at = starts.get(index);
    return at !== undefined && known.has(name) ? [{ at, name }] : [];
  });
}

/** The name that a text begins with, white space apart; undefined while it may go on. */
export function nameAtFront(text: string): string | undefined {
  return /^(\w*)\W/.exec(text.trimStart())?.[1];
}
