import type { CacheRow } from "./cacheRow";
import type { PrefillPace } from "./prefillPace";

export interface PrefillOptions {
  /** What was measured so far; it learns from each chunk. */
  readonly pace: PrefillPace;
  /** How long a chunk is to take, in milliseconds, asked before each: nothing interrupts it, and progress stands still meanwhile. */
  readonly chunkMs: () => number;
  /** Whether the last chunk is evaluated too, or left to what draws the next token. */
  readonly last: "keepLastChunk" | "evaluateAll";
  /** Asked before each chunk. */
  readonly isStopped: () => boolean;
}

/** For an answer: what it costs in speed is within a few hundredths, and a stop takes effect within this time. */
export const answerChunkMs = 1500;
/** For an answer while other questions run or wait: a stop frees its row within a second, and their tokens come more evenly. */
export const sharedChunkMs = 700;
/** For what runs in the background: a question waits for the chunk's end. */
export const backgroundChunkMs = 600;

/** Evaluates tokens at the end of a row in chunks, and yields the number of each once it is there. */
export async function* prefillInChunks(row: CacheRow, tokens: readonly number[], options: PrefillOptions): AsyncGenerator<number, void, undefined> {
  const { pace, chunkMs, last, isStopped } = options;
  let done = 0;
  while (tokens.length - done > (last === "evaluateAll" ? 0 : pace.chunk(chunkMs())) && !isStopped()) {
    const chunk = tokens.slice(done, done + pace.chunk(chunkMs()));
    const startedAt = performance.now();
    await row.prefill(chunk);
    pace.measured(chunk.length, performance.now() - startedAt);
    done += chunk.length;
    yield chunk.length;
  }
}
