import { setTimeout as delay } from "node:timers/promises";
import type { FoundFile } from "./scanner";
import type { CodeCorpus } from "./codeCorpus";
import type { LiveCorpus } from "./liveCorpus";
import type { UpdateRequests } from "./updateRequests";
import type { WorkspaceScan } from "./workspaceScan";
import type { WriterLock } from "./writerLock";

export interface IndexReaderDeps {
  readonly corpus: LiveCorpus;
  readonly requests: UpdateRequests;
  readonly lock: WriterLock;
}

/** An update waits so long for the process that writes; what comes later is followed anyhow. Milliseconds. */
const answerLimitMs = 10_000;
const lookEveryMs = 100;

/**
 * The part of a process that reads an index which another one writes: takes over what that one saves, and asks it for an
 * update where the files differ. To be called within changes of the corpus.
 */
export class IndexReader {
  readonly #deps: IndexReaderDeps;

  constructor(deps: IndexReaderDeps) {
    this.#deps = deps;
  }

  /**
   * "current" when the corpus is as the files, or as near as the writer takes it; "behind" when the writer takes too
   * long; "free" when there is no writer any more.
   */
  async update(found: WorkspaceScan, signal: AbortSignal): Promise<"current" | "behind" | "free"> {
    const { corpus, requests, lock } = this.#deps;
    await corpus.follow();
    if (isAsScanned(corpus.current, found)) return "current";
    const request = await requests.ask();
    if (request === undefined) return "behind";
    for (const until = performance.now() + answerLimitMs; performance.now() < until; ) {
      await delay(lookEveryMs, undefined, { signal });
      const isAnswered = await requests.isAnswered(request);
      await corpus.follow();
      if (isAnswered || isAsScanned(corpus.current, found)) return "current";
      if (await lock.tryAcquire()) return "free";
    }
    return "behind";
  }
}

/** Whether the corpus knows a file as it is. */
export function isAsFound(corpus: CodeCorpus, { path, bytes, mtimeMs }: FoundFile): boolean {
  const known = corpus.files.get(path);
  return known?.bytes === bytes && known.mtimeMs === mtimeMs;
}

/** Whether the corpus has each file of the scan by its size and time, and no other but of folders that are away. */
function isAsScanned(corpus: CodeCorpus, { files: found, away }: WorkspaceScan): boolean {
  const present = new Set(found.map(({ path }) => path));
  return found.every((file) => isAsFound(corpus, file)) && [...corpus.files.keys()].every((path) => present.has(path) || away.some((prefix) => path.startsWith(prefix)));
}
