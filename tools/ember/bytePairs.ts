/**
 * Byte-pair encoding (Sennrich et al. 2016) over bytes as GPT-2 writes them. Merges stay within letters of one word
 * part, or within other characters: a name has the same tokens wherever it stands, so that it can be copied.
 */

/** How llama.cpp cuts text before it merges, for `tokenizer.ggml.pre` "qwen2": digits stand alone. */
const pieces = /'(?:[sS]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+/gu;

const inWord = /^(?:[A-Z]?[a-z]+|[A-Z]+)$/;
const noLetters = /^[^A-Za-z0-9]+$/;

/** All bytes as the characters that stand for them in a GPT-2 vocabulary, by their number. */
export const byteCharacters: readonly string[] = (() => {
  let extra = 256;
  const isShown = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isShown(byte) ? byte : extra++));
})();

export interface Merge {
  readonly left: string;
  readonly right: string;
}

/** Learns `count` merges from texts; plain characters here, `written` gives a token as the vocabulary has it. */
export function learnMerges(texts: Iterable<string>, count: number): readonly Merge[] {
  const words = [...countPieces(texts)].map(([text, times]) => ({ symbols: Array.from(text), times }));
  const merges: Merge[] = [];
  const pairs = new PairCounts();
  words.forEach((word, i) => pairs.add(word.symbols, i, word.times));
  while (merges.length < count) {
    const best = pairs.best();
    if (!best) break;
    merges.push(best.merge);
    for (const i of best.words) {
      const word = words[i];
      if (!word) continue;
      pairs.remove(word.symbols, i, word.times);
      word.symbols = merged(word.symbols, best.merge);
      pairs.add(word.symbols, i, word.times);
    }
  }
  return merges;
}

/** A token's text with each byte as the character that stands for it. */
export function written(text: string): string {
  return [...Buffer.from(text)].map((byte) => byteCharacters[byte] ?? "").join("");
}

function countPieces(texts: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) for (const [piece] of text.matchAll(pieces)) if (/^[\t\n\x20-\x7e]+$/.test(piece)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  return counts;
}

function merged(symbols: readonly string[], { left, right }: Merge): string[] {
  const out: string[] = [];
  for (let i = 0; i < symbols.length; i++) {
    if (symbols[i] === left && symbols[i + 1] === right) {
      out.push(left + right);
      i++;
    } else out.push(symbols[i] ?? "");
  }
  return out;
}

class PairCounts {
  readonly #counts = new Map<string, { merge: Merge; times: number; words: Set<number> }>();

  add(symbols: readonly string[], word: number, times: number): void {
    this.#each(symbols, (merge, key) => {
      const known = this.#counts.get(key) ?? { merge, times: 0, words: new Set<number>() };
      known.times += times;
      known.words.add(word);
      this.#counts.set(key, known);
    });
  }

  /** The word stays among those of the pair: it is looked at once more than need be. */
  remove(symbols: readonly string[], _word: number, times: number): void {
    this.#each(symbols, (_merge, key) => {
      const known = this.#counts.get(key);
      if (known) known.times -= times;
    });
  }

  best(): { merge: Merge; words: readonly number[] } | undefined {
    let best: { merge: Merge; times: number; words: Set<number> } | undefined;
    for (const pair of this.#counts.values()) if (pair.times > (best?.times ?? 1)) best = pair;
    return best && { merge: best.merge, words: [...best.words] };
  }

  #each(symbols: readonly string[], visit: (merge: Merge, key: string) => void): void {
    for (let i = 0; i + 1 < symbols.length; i++) {
      const [left = "", right = ""] = symbols.slice(i, i + 2);
      if (inWord.test(left + right) || noLetters.test(left + right)) visit({ left, right }, `${left}\0${right}`);
    }
  }
}
