import { mkdirSync } from "node:fs";
import path from "node:path";
import { memoryStore } from "../../../src/chat/memoryStore";
import { Sessions } from "../../../src/chat/sessions";
import type { ChatSettings } from "../../../src/chat/types";
import { silentLog } from "../../../src/common/log";
import { engineDefaults } from "../../../src/engine/engineConfig";
import { createEngine } from "../../../src/engine/supervisor";
import type { CodeIndex } from "../../../src/rag/ports";
import { testModel } from "../../fixtures/models";
import { percentile, row } from "./results";
import { SourceTree } from "./sourceTree";
import { open } from "./tree";

const tokens = 96;
const rounds = 4;

/**
 * The rate of an answer's tokens by itself and while 20 MB are indexed, in alternating rounds. The index is told to rest
 * as the product tells it when an answer is written. The model is phi3-mid with random weights.
 */
export async function measureTokens(scratch: string): Promise<void> {
  const root = path.join(scratch, "token-tree");
  mkdirSync(root);
  new SourceTree(2).write(root, 20e6);
  const rate = await answerer(path.join(scratch, "states"));
  const [alone, beside]: [number[], number[]] = [[], []];
  await rate.next();
  for (let round = 0; round < rounds; round++) {
    alone.push(await rate.next());
    beside.push(await whileIndexing(root, path.join(scratch, `token-index${round}`), () => rate.next()));
  }
  await rate.close();
  const [of, withIndex] = [percentile(alone, 0.5), percentile(beside, 0.5)];
  row("tokens/s alone / while 20 MB are indexed", `${of.toFixed(1)} / ${withIndex.toFixed(1)}`);
  row("  kept", `${((100 * withIndex) / of).toFixed(0)} %`, "target >= 90 %");
}

async function whileIndexing(root: string, storage: string, act: () => Promise<number>): Promise<number> {
  const index: CodeIndex = open({ roots: [{ path: root, name: "tree" }], storage, exclude: [], useGit: false });
  await index.retrieve({ text: "nothing yet", limit: 1 });
  index.setResting(true);
  const stop = new AbortController();
  const updating = index.update(stop.signal).catch(() => undefined);
  const result = await act();
  stop.abort();
  await updating;
  await index.dispose();
  return result;
}

/** Asks one question after the other in one conversation each; comes back with tokens a second after the first one. */
async function answerer(stateDirectory: string): Promise<{ next: () => Promise<number>; close: () => Promise<void> }> {
  const model = await testModel("phi3-mid");
  const config = { ...engineDefaults, model, modelDirectories: [], gpuLayers: 0, contextSize: 1024, sequences: 2, promptLookup: "off" as const, stateDirectory };
  const engine = createEngine({ entry: path.resolve("dist/engine.mjs"), config, log: silentLog });
  await engine.load();
  const settings: ChatSettings = { sampling: { sampler: "greedy", temperature: 0 }, maxTokens: tokens, useContext: false, contextFull: "dropOldest" };
  const sessions = new Sessions({ model: engine, retriever: undefined, store: memoryStore(), settings: () => settings, log: silentLog });
  const next = async (): Promise<number> => {
    const session = sessions.create();
    const times: number[] = [];
    for await (const event of session.ask({ text: "How is a parcel sorted?", attachments: [] }, new AbortController().signal)) {
      if (event.type === "text") times.push(performance.now());
    }
    const [first = 0, last = 0] = [times[0], times.at(-1)];
    return (1000 * (times.length - 1)) / (last - first);
  };
  return { next, close: () => engine.dispose() };
}
