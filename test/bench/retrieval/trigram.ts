import type { DatabaseSync, StatementSync } from "node:sqlite";
import { stopWords } from "../../../src/rag/stopWords";
import { type Baseline, filesOf, type Found, rangesWanted, type SourceDocument } from "./searcher";

/** SQLite's FTS5 with its trigram tokenizer over chunks: each word of the question as a part of any word, ranked by its BM25. */
class TrigramSearch implements Baseline {
  readonly name = "FTS5 trigram of chunks";
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #search: StatementSync;
  readonly #rows = new Map<string, number[]>();
  #next = 1;

  constructor(database: DatabaseSync) {
    database.exec("CREATE VIRTUAL TABLE chunks USING fts5(path, body, startLine UNINDEXED, endLine UNINDEXED, tokenize = 'trigram')");
    this.#database = database;
    this.#insert = database.prepare("INSERT INTO chunks(rowid, path, body, startLine, endLine) VALUES (?, ?, ?, ?, ?)");
    this.#delete = database.prepare("DELETE FROM chunks WHERE rowid = ?");
    this.#search = database.prepare("SELECT path, startLine, endLine FROM chunks WHERE chunks MATCH ? ORDER BY rank LIMIT ?");
  }

  put({ path, chunks }: SourceDocument): void {
    this.remove(path);
    this.#database.exec("BEGIN");
    for (const { range, text } of chunks) this.#insert.run(this.#next++, path, text, range.startLine, range.endLine);
    this.#database.exec("COMMIT");
    this.#rows.set(path, Array.from({ length: chunks.length }, (_, i) => this.#next - chunks.length + i));
  }

  remove(path: string): void {
    for (const row of this.#rows.get(path) ?? []) this.#delete.run(row);
    this.#rows.delete(path);
  }

  search(question: string): Found {
    const words = (question.toLowerCase().match(/[\p{L}\p{N}_]{3,}/gu) ?? []).filter((word) => !stopWords.has(word));
    if (words.length === 0) return { files: [], ranges: [] };
    const rows = this.#search.all([...new Set(words)].map((word) => `"${word}"`).join(" OR "), rangesWanted);
    const ranges = rows.map(({ path, startLine, endLine }) => ({ path: String(path), startLine: Number(startLine), endLine: Number(endLine) }));
    return { files: filesOf(ranges), ranges };
  }
}

/** Undefined where this Node has no node:sqlite. */
export async function trigramSearch(): Promise<Baseline | undefined> {
  try {
    const { DatabaseSync } = await import("node:sqlite");
    return new TrigramSearch(new DatabaseSync(":memory:"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_UNKNOWN_BUILTIN_MODULE") return undefined;
    throw error;
  }
}
