import { stopWords } from "../../../src/rag/stopWords";
import { tokenize } from "../../../src/rag/tokenize";
import { Bags } from "./bags";
import { type Baseline, best, filesOf, type Found, rangesWanted, type SourceDocument } from "./searcher";

type Chunk = SourceDocument["chunks"][number];

/** Ranges of one file that a file-level baseline hands out: those with the most different words of the question. */
const rangesPerFile = 3;

function plainWords(text: string): string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []).filter((word) => !stopWords.has(word));
}

function splitWords(text: string): string[] {
  return tokenize(text).filter((word) => !stopWords.has(word));
}

/** What all baselines share: the documents as they are now. */
abstract class DocumentSearch {
  readonly documents = new Map<string, SourceDocument>();
  readonly #chunkWords = new WeakMap<Chunk, ReadonlySet<string>>();

  put(document: SourceDocument): void {
    this.documents.set(document.path, document);
  }

  remove(path: string): void {
    this.documents.delete(path);
  }

  #wordsOf(chunk: Chunk): ReadonlySet<string> {
    let words = this.#chunkWords.get(chunk);
    if (!words) this.#chunkWords.set(chunk, (words = new Set([...plainWords(chunk.text), ...splitWords(chunk.text)])));
    return words;
  }

  /** Ranges of ranked files, file after file. */
  protected found(files: readonly string[], words: readonly string[]): Found {
    const hits = (chunk: Chunk) => new Set(words.filter((word) => this.#wordsOf(chunk).has(word))).size;
    const chunks = files.slice(0, rangesWanted).flatMap((file) => best(this.documents.get(file)?.chunks ?? [], hits, rangesPerFile));
    return { files, ranges: chunks.slice(0, rangesWanted).map(({ range }) => range) };
  }
}

/**
 * What somebody does with ripgrep: each keyword of the question is looked for in all files, in any case and inside words
 * too, path included; files with more different keywords come first, then those with more lines that match. Written
 * anew here; ripgrep itself is not run.
 */
export class KeywordRank extends DocumentSearch implements Baseline {
  readonly name = "keyword rank, as with ripgrep";
  readonly #lower = new Map<string, string>();

  override put(document: SourceDocument): void {
    super.put(document);
    this.#lower.set(document.path, `${document.path}\n${document.text}`.toLowerCase());
  }

  override remove(path: string): void {
    super.remove(path);
    this.#lower.delete(path);
  }

  search(question: string): Found {
    const keywords = [...new Set(plainWords(question))].filter((word) => word.length > 2);
    const scores = new Map([...this.#lower].map(([path, text]) => [path, keywordScore(text, keywords)]));
    return this.found(best(scores.keys(), (path) => scores.get(path) ?? 0, rangesWanted), keywords);
  }
}

/** Different keywords first; the share of lines only decides between equals. */
function keywordScore(text: string, keywords: readonly string[]): number {
  const lines = keywords.map((word) => matchingLines(text, word));
  const different = lines.filter((count) => count > 0).length;
  const total = lines.reduce((sum, count) => sum + count, 0);
  return different + total / (total + 1000);
}

function matchingLines(text: string, word: string): number {
  let count = 0;
  for (let at = text.indexOf(word); at !== -1; count++) {
    const end = text.indexOf("\n", at);
    at = end === -1 ? -1 : text.indexOf(word, end);
  }
  return count;
}

/** BM25 of whole files with their paths. */
export class FileBm25 extends DocumentSearch implements Baseline {
  readonly name: string;
  readonly #bags = new Bags<string>();
  readonly #split: (text: string) => string[];

  constructor(words: "plain" | "split") {
    super();
    this.name = words === "plain" ? "BM25 of files, plain words" : "BM25 of files, split identifiers";
    this.#split = words === "plain" ? plainWords : splitWords;
  }

  override put(document: SourceDocument): void {
    super.put(document);
    this.#bags.put(document.path, this.#split(`${document.path}\n${document.text}`));
  }

  override remove(path: string): void {
    super.remove(path);
    this.#bags.remove(path);
  }

  search(question: string): Found {
    const words = this.#split(question);
    return this.found(best(this.documents.keys(), this.#bags.bm25(words), rangesWanted), words);
  }
}

/** Chunks with their path in front, identifiers split; a file ranks as its best chunk. */
export class ChunkBags extends DocumentSearch implements Baseline {
  readonly name: string;
  readonly #bags = new Bags<Chunk>();
  readonly #score: "bm25" | "cosine";

  constructor(score: "bm25" | "cosine") {
    super();
    this.#score = score;
    this.name = score === "bm25" ? "BM25 of chunks + path" : "TF-IDF of chunks";
  }

  override put(document: SourceDocument): void {
    this.remove(document.path);
    super.put(document);
    // TF-IDF as it was shipped elsewhere has no paths in it.
    const header = this.#score === "bm25" ? `${document.path}\n` : "";
    for (const chunk of document.chunks) this.#bags.put(chunk, splitWords(header + chunk.text));
  }

  override remove(path: string): void {
    for (const chunk of this.documents.get(path)?.chunks ?? []) this.#bags.remove(chunk);
    super.remove(path);
  }

  search(question: string): Found {
    const scoreOf = this.#bags[this.#score](splitWords(question));
    const ranges = best(this.#bags.keys, scoreOf, rangesWanted).map(({ range }) => range);
    return { files: filesOf(ranges), ranges };
  }
}
