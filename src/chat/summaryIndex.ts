import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { systemCode } from "../common/errors";
import { replaceFile } from "../common/replaceFile";
import { stampOf } from "./conversationFolder";
import type { ConversationSummary } from "./store";

/** Files looked at, or read, at once. */
const batchSize = 32;
/** Writing the index for fewer news than these costs more than reading them again. */
const leastNews = 16;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const summary = v.object({
  ...{ id: v.string(), title: v.string(), createdAt: v.number(), updatedAt: v.number(), turns: count, messages: count },
  ...{ pinned: v.boolean(), questions: v.string(), session: v.exactOptional(v.string()) },
});
/** Raised when a row has more in it; an index of another version is made again. */
const version = 2;
const shape = v.object({ version: v.literal(version), rows: v.array(v.object({ stamp: v.string(), summary })) });

interface Row {
  readonly stamp: string;
  /** Undefined: the file cannot be read, and will not be until it is another one. */
  readonly summary: ConversationSummary | undefined;
}

export interface Listed {
  readonly summaries: readonly ConversationSummary[];
  /** Keeps them for the next process; absent where that is not worth it. To be called while nobody else writes in the folder. */
  readonly save?: () => Promise<void>;
}

/**
 * Summaries of a folder's conversations by the stamp of each file, in memory and in `.summaries.json`. The truth is in
 * the files: a row whose stamp is another one is read anew, and an index that cannot be read is made again.
 */
export class SummaryIndex {
  readonly #file: string;
  #rows: ReadonlyMap<string, Row> | undefined;

  constructor(
    readonly folder: string,
    readonly read: (id: string) => Promise<ConversationSummary | undefined>,
  ) {
    this.#file = path.join(folder, ".summaries.json");
  }

  async of(ids: readonly string[]): Promise<Listed> {
    const known = (this.#rows ??= await this.#stored());
    const rows = new Map<string, Row>();
    let news = 0;
    for (let at = 0; at < ids.length; at += batchSize) {
      const batch = await Promise.all(ids.slice(at, at + batchSize).map((id) => this.#row(id, known.get(id))));
      for (const [id, row] of batch) {
        if (row && row !== known.get(id)) news++;
        if (row) rows.set(id, row);
      }
    }
    this.#rows = rows;
    const summaries = [...rows.values()].flatMap((row) => (row.summary ? [row.summary] : []));
    return news < leastNews ? { summaries } : { summaries, save: () => this.#write(rows) };
  }

  async #row(id: string, known: Row | undefined): Promise<readonly [id: string, row: Row | undefined]> {
    const stamp = await stampAt(path.join(this.folder, `${id}.json`));
    if (stamp === undefined || known?.stamp === stamp) return [id, stamp === undefined ? undefined : known];
    return [id, { stamp, summary: await this.read(id) }];
  }

  async #stored(): Promise<ReadonlyMap<string, Row>> {
    try {
      const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), shape), await readFile(this.#file, "utf8"));
      return new Map(parsed.success ? parsed.output.rows.map((row) => [row.summary.id, row]) : []);
    } catch (error) {
      if (systemCode(error) === "ENOENT") return new Map();
      throw error;
    }
  }

  async #write(all: ReadonlyMap<string, Row>): Promise<void> {
    const rows = [...all.values()].flatMap(({ stamp, summary: known }) => (known ? [{ stamp, summary: known }] : []));
    await replaceFile(this.#file, JSON.stringify({ version, rows } satisfies v.InferOutput<typeof shape>));
  }
}

/** Undefined: the file is gone. */
async function stampAt(file: string): Promise<string | undefined> {
  try {
    return stampOf(await stat(file, { bigint: true }));
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
