import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { physicalCores } from "../../../src/engine/cpuCores";
import type { GenerateRequest } from "../../../src/engine/ports";
import { temporaryFolder } from "./temporaryFolder";
import { answer, greedy, TestRuntime } from "./testRuntime";

const question: GenerateRequest = { conversation: "a", system: "Short.", turns: [{ id: "0", user: "Hi" }], sampling: greedy, maxTokens: 12 };

interface Kept {
  readonly decode: number;
  readonly prefill: number;
  readonly decodeTokensPerSecond: number;
}

describe("threads of a loaded model", () => {
  const runtime = new TestRuntime();
  const folder = temporaryFolder();
  afterEach(() => runtime.clear());
  after(() => runtime.dispose());

  async function kept(): Promise<Kept | undefined> {
    const content = await readFile(path.join(folder(), "threads.json"), "utf8").catch(() => undefined);
    return content === undefined ? undefined : Object.values((JSON.parse(content) as { entries: Record<string, Kept> }).entries)[0];
  }

  it("are measured when it is new, without a trace in the cache, and taken again at the next load", async () => {
    const cores = await physicalCores();
    const options = { threads: 0, stateDirectory: folder() };
    const engine = await runtime.engine("phi3", options);
    const wanted = await answer(engine, question);
    let measured = await kept();
    while (!measured) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      measured = await kept();
    }
    for (const count of [measured.decode, measured.prefill]) assert.ok(count >= 1 && count <= cores);
    assert.ok(measured.decodeTokensPerSecond > 0);
    assert.deepEqual([engine.info.threads, engine.info.prefillThreads], [measured.decode, measured.prefill]);
    const [row] = runtime.runtime?.sequences ?? [];
    assert.equal(row?.length, wanted.stats.promptTokens + wanted.tokens.length - 1);
    assert.deepEqual((await answer(engine, question)).tokens, wanted.tokens);
    const again = await runtime.engine("phi3", options);
    assert.deepEqual([again.info.threads, again.info.prefillThreads], [measured.decode, measured.prefill]);
  });

  it("are those that are set, and nothing is measured", async () => {
    const engine = await runtime.engine("phi3", { threads: 1, stateDirectory: folder() });
    await answer(engine, question);
    assert.deepEqual([engine.info.threads, engine.info.prefillThreads], [1, 1]);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.equal(await kept(), undefined);
  });
});
