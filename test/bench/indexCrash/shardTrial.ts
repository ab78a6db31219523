import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { pathHash } from "../../../src/rag/sourceText";
import { vectorId } from "../../../src/rag/vectorIds";
import type { VectorStore } from "../../../src/rag/vectorStore";
import { seeded } from "../../fixtures/seeded";
import type { CrashPoint } from "./crashPoint";
import type { TrialResult } from "./crashTrial";
import { addStep, growthSteps, numberedVector, openVectors, vectorsPerStep } from "./growingVectors";
import { cosine, precisionOf } from "./markModel";
import { WriterRun } from "./writerRun";

/** A process on a busy machine may take long to come so far. Milliseconds. */
const mostWaitMs = 20_000;
/** Writes, renames and removals of all steps together. */
const operations = 90;

/** A process adds vectors until their shards split, and again, and is killed on the way. */
export class ShardTrial {
  readonly #seed: number;
  readonly #run: WriterRun;
  readonly #folder: string;

  constructor(scratch: string, seed: number) {
    this.#seed = seed;
    const [root, storage] = [path.join(scratch, "tree"), path.join(scratch, "index")];
    for (const folder of [root, storage]) mkdirSync(folder);
    this.#folder = path.join(storage, "vectors");
    this.#run = new WriterRun({ root, storage, seed, folder: "a", work: "vectors" });
  }

  /** Throws an AssertionError when a vector that was written is lost, or one is not as it was written. */
  async run(): Promise<TrialResult> {
    const random = seeded(this.#seed);
    const point: CrashPoint = { target: "vectors", operation: 1 + Math.floor(random() * operations), moment: random() < 0.7 ? "within" : "after", share: random() };
    this.#run.start(point);
    await this.#run.until(() => false, mostWaitMs);
    await this.#run.kill();
    const savedStep = this.#run.lastStep("saved");
    const store = await openVectors(this.#folder, precisionOf(this.#seed));
    const vectors = check(store, savedStep * vectorsPerStep, this.#run.lastStep("began") * vectorsPerStep);
    const leftovers = this.#files().some((name) => name.endsWith(".tmp"));
    await this.#recover();
    return { shape: "shards", crashes: this.#run.crashes, kills: 1, savedStep, leftovers, files: 0, chunks: 0, vectors };
  }

  /** What is missing is added again; then all is there, and nothing else. */
  async #recover(): Promise<void> {
    const store = await openVectors(this.#folder, precisionOf(this.#seed));
    for (let step = 1; step <= growthSteps; step++) await addStep(store, step);
    await store.tidy();
    const all = growthSteps * vectorsPerStep;
    assert.equal(check(await openVectors(this.#folder, precisionOf(this.#seed)), all, all), all);
    const names = this.#files();
    const shards = names.filter((name) => name.endsWith(".vec"));
    assert.deepEqual(new Set(shards.map((name) => path.basename(name).split("-")[0])), new Set([String(shards.length)]), names.join(", "));
  }

  #files(): readonly string[] {
    return readdirSync(this.#folder, { recursive: true, encoding: "utf8" });
  }
}

/** Of the vectors by number the first `least` are there, others are of the first `most`; each is as it was made. Their count. */
function check(store: VectorStore, least: number, most: number): number {
  const found = new Map([...store.items()].map(({ id, vector }) => [id, vector]));
  const { size } = found;
  for (let number = 0; number < most; number++) {
    const { path: file, key, vector } = numberedVector(number);
    const id = vectorId(pathHash(file), key);
    const kept = found.get(id);
    assert.ok(kept || number >= least, `vector ${number} of ${least} is there`);
    if (kept) assert.ok(cosine(kept, vector) > 0.99, `vector ${number} is as it was`);
    found.delete(id);
  }
  assert.equal(found.size, 0, "nothing that was never added");
  return size;
}
