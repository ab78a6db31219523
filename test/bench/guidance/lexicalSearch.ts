/** Passages of a workspace's files, found by the words that they share with a query; rare words weigh more. */
export class LexicalSearch {
  readonly #passages: readonly { readonly text: string; readonly words: ReadonlySet<string> }[];
  readonly #weights: ReadonlyMap<string, number>;

  constructor(texts: readonly string[], linesOfPassage = 20) {
    this.#passages = texts.flatMap((text) => passagesOf(text, linesOfPassage)).map((text) => ({ text, words: new Set(wordsOf(text)) }));
    const counts = new Map<string, number>();
    for (const { words } of this.#passages) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    this.#weights = new Map([...counts].map(([word, count]) => [word, Math.log(1 + this.#passages.length / count)]));
  }

  find(query: string, count: number): readonly string[] {
    const wanted = new Set(wordsOf(query));
    const rated = this.#passages.map(({ text, words }) => ({ text, score: [...wanted].reduce((sum, word) => sum + (words.has(word) ? (this.#weights.get(word) ?? 0) : 0), 0) }));
    return rated
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, count)
      .map(({ text }) => text);
  }
}

function passagesOf(text: string, size: number): readonly string[] {
  const lines = text.split("\n");
  return Array.from({ length: Math.ceil(lines.length / size) }, (_, i) => lines.slice(i * size, (i + 1) * size).join("\n"));
}

/** Parts of names are words too: parseNumber has parse and number. */
function wordsOf(text: string): readonly string[] {
  return text
    .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word.length > 1);
}
