import { readFile } from "node:fs/promises";
import path from "node:path";
import { throwingLog } from "../../../src/common/log";
import type { EmbeddingInfo } from "../../../src/engine/ports";
import { CodeCorpus } from "../../../src/rag/codeCorpus";
import { Embedder } from "../../../src/rag/embedder";
import type { EmbedPass } from "../../../src/rag/embeddingRound";
import type { IndexConfig } from "../../../src/rag/ports";
import { shortHash } from "../../../src/rag/sourceText";
import { FakeEmbeddings, type noEmbeddings, temporaryFolder, write } from "./workspace";

/** Notes what it was asked for; `before` may hold a batch up. */
export class NotingEmbeddings extends FakeEmbeddings {
  readonly documents: string[] = [];
  readonly batches: number[] = [];
  leastDimensions: number | undefined;
  before: () => Promise<void> = () => Promise.resolve();

  override async info(): Promise<EmbeddingInfo> {
    const info = await super.info();
    return { ...info, ...(this.leastDimensions !== undefined && { leastDimensions: this.leastDimensions }) };
  }

  override async embed(texts: readonly string[], kind?: string): Promise<readonly Float32Array[]> {
    if (kind === "document") {
      await this.before();
      this.documents.push(...texts);
      this.batches.push(texts.length);
    }
    return super.embed(texts);
  }

  /** Paths of the files whose texts were asked for, in this order. */
  get paths(): string[] {
    return this.documents.map((text) => text.slice(0, text.search(/ >|\n/)));
  }
}

/** A folder with one-line chunks, their corpus, and an embedder of them. */
export class EmbeddingRig {
  readonly root = temporaryFolder();
  readonly folder = path.join(temporaryFolder(), "vectors");
  corpus = new CodeCorpus();
  readonly reads: string[] = [];
  revision = 0;
  mayWrite = true;
  readonly progress: (readonly [number, number])[] = [];

  constructor(files: Readonly<Record<string, readonly string[]>>) {
    for (const [file, lines] of Object.entries(files)) this.put(file, lines);
  }

  /** `coarse`: cut by lines for now. */
  put(file: string, lines: readonly string[], coarse = false): void {
    write(this.root, { [file]: lines.join("\n") });
    const chunks = lines.map((text, i) => ({
      ...{ startLine: i + 1, endLine: i + 1, symbol: undefined, signature: undefined, definitions: [], key: shortHash(text) },
      body: this.corpus.lexical.dictionary.count(text),
    }));
    this.corpus.put({ path: file, bytes: 1, mtimeMs: 1, hash: shortHash(lines.join("\n")), language: "typescript", skipped: undefined, chunks, ...(coarse && { coarse }) });
    this.revision++;
  }

  embedder(model: FakeEmbeddings | typeof noEmbeddings, config: Pick<IndexConfig, "vectorPrecision" | "vectorDimensions"> = {}): Embedder {
    const read = (file: string) => {
      this.reads.push(file);
      return readFile(path.join(this.root, file)).catch(() => undefined);
    };
    return new Embedder({ folders: { read }, folder: this.folder, model, corpus: () => this.corpus, config, log: throwingLog });
  }

  pass(change: Partial<EmbedPass> = {}): EmbedPass {
    return {
      openFiles: () => [],
      recency: () => new Map(),
      revision: () => this.revision,
      rest: () => Promise.resolve(),
      mayWrite: () => Promise.resolve(this.mayWrite),
      onProgress: (done, total) => this.progress.push([done, total]),
      signal: new AbortController().signal,
      ...change,
    };
  }

  /** Texts nearest to a question, best first. */
  async found(embedder: Embedder, question: string): Promise<string[]> {
    const numbers = await embedder.nearest(question, 3);
    return numbers.map((number) => this.corpus.chunk(number)).map((chunk) => `${chunk?.path}:${chunk?.startLine}`);
  }
}
