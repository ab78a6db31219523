/** Tokens with their probabilities. */
export interface Distribution {
  readonly tokens: Uint32Array;
  readonly probabilities: Float64Array;
}

/** Something that has a probability for each next token. */
export interface LanguageModel {
  probability(before: readonly number[], token: number): number;
  /** The `count` likeliest next tokens, likeliest first. */
  likeliest(before: readonly number[], count: number): Distribution;
}

interface Continuations {
  total: number;
  readonly counts: Map<number, number>;
}

const discount = 0.75;

/** An n-gram model with absolute discounting, each order interpolated with the shorter one; trained by counting. */
export class NgramModel implements LanguageModel {
  readonly #contexts = new Map<string, Continuations>();
  readonly #frequent: readonly number[];

  constructor(
    texts: readonly (readonly number[])[],
    readonly vocabulary: number,
    readonly order = 4,
  ) {
    for (const text of texts) this.#count(text);
    const unigrams = [...(this.#contexts.get("")?.counts ?? [])].sort(([a, x], [b, y]) => y - x || a - b);
    this.#frequent = unigrams.slice(0, 512).map(([token]) => token);
  }

  probability(before: readonly number[], token: number): number {
    let probability = 1 / this.vocabulary;
    for (let length = 0; length < this.order; length++) {
      const found = this.#contexts.get(keyOf(before, length));
      if (!found) break;
      const own = Math.max(0, (found.counts.get(token) ?? 0) - discount);
      probability = (own + discount * found.counts.size * probability) / found.total;
    }
    return probability;
  }

  likeliest(before: readonly number[], count: number): Distribution {
    const candidates = new Set(this.#frequent);
    for (let length = 1; length < this.order; length++) {
      const found = this.#contexts.get(keyOf(before, length));
      if (!found) break;
      for (const token of found.counts.keys()) candidates.add(token);
    }
    return topOf([...candidates], (token) => this.probability(before, token), count);
  }

  #count(text: readonly number[]): void {
    for (let at = 0; at < text.length; at++) {
      for (let length = 0; length < this.order && length <= at; length++) this.#add(keyOf(text.slice(at - length, at), length), text[at] ?? 0);
    }
  }

  #add(key: string, token: number): void {
    const found = this.#contexts.get(key) ?? { total: 0, counts: new Map<number, number>() };
    this.#contexts.set(key, found);
    found.total++;
    found.counts.set(token, (found.counts.get(token) ?? 0) + 1);
  }
}

/** A model that also copies from a text at hand, as one that sees it in its prompt would: a share of a model of that text. */
export class CopyingModel implements LanguageModel {
  constructor(
    readonly model: LanguageModel,
    readonly text: LanguageModel,
    readonly share: number,
  ) {}

  probability(before: readonly number[], token: number): number {
    return (1 - this.share) * this.model.probability(before, token) + this.share * this.text.probability(before, token);
  }

  likeliest(before: readonly number[], count: number): Distribution {
    const candidates = new Set([...this.model.likeliest(before, count).tokens, ...this.text.likeliest(before, count).tokens]);
    return topOf([...candidates], (token) => this.probability(before, token), count);
  }
}

function topOf(candidates: readonly number[], probabilityOf: (token: number) => number, count: number): Distribution {
  const rated = candidates.map((token) => [token, probabilityOf(token)] as const);
  rated.sort(([a, x], [b, y]) => y - x || a - b);
  const top = rated.slice(0, count);
  return { tokens: Uint32Array.from(top, ([token]) => token), probabilities: Float64Array.from(top, ([, probability]) => probability) };
}

function keyOf(before: readonly number[], length: number): string {
  return length === 0 ? "" : before.slice(-length).join(",") + (before.length < length ? "!" : "");
}
