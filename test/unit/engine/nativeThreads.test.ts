import assert from "node:assert/strict";
import { physicalCores } from "../../../src/engine/cpuCores";
import { NativeSequence } from "../../../src/engine/native/nativeSequence";
import type { ChatRuntime, DecodeOptions, SequencePort } from "../../../src/engine/runtime";
import { NativeRows } from "./nativeRows";

const greedy: DecodeOptions = { temperature: 0, topK: 0, topP: 1, minP: 0, seed: 1 };
const someTokens = (count: number) => Array.from({ length: count }, (_, i) => 1000 + i);

/** Threads of the last evaluation, as the library tells. */
function threadsUsed(chat: ChatRuntime): number {
  const [row] = chat.sequences;
  assert.ok(row instanceof NativeSequence);
  return row.sequence.context.currentThreads;
}

async function decode(row: SequencePort, count: number): Promise<void> {
  let drawn = 0;
  for await (const token of row.decode([1000], greedy)) if (token >= 0 && ++drawn === count) break;
}

describe("threads of a context", () => {
  const rows = new NativeRows();
  afterEach(() => rows.clear());
  after(() => rows.dispose());

  it("go up and down from one evaluation to the next, and never above the physical cores", async () => {
    const most = await physicalCores();
    const { chat, sequence } = await rows.first("phi3", {}, { threads: 1 });
    const seen: number[] = [];
    for (const threads of [1, most, 1, most + 5]) {
      chat.setThreads({ prefill: threads, decode: threads });
      await sequence.prefill(someTokens(20));
      seen.push(threadsUsed(chat));
      await decode(sequence, 3);
      seen.push(threadsUsed(chat));
    }
    assert.deepEqual(seen, [1, 1, most, most, 1, 1, most, most]);
  });

  it("are those of prompts while one is read, and those of drawing afterwards", async () => {
    const most = await physicalCores();
    const { chat, sequence } = await rows.first("phi3", {}, { threads: most });
    chat.setThreads({ prefill: most, decode: 1 });
    const seen: number[] = [];
    let drawn = 0;
    for await (const token of sequence.decode(someTokens(10), greedy)) {
      seen.push(threadsUsed(chat));
      if (token >= 0 && ++drawn === 3) break;
    }
    assert.deepEqual(seen, [most, 1, 1]);
  });

  it("may change while another row is evaluated, without holding up what comes next", async () => {
    const chat = await rows.chat("phi3", {}, { threads: 1, sequences: 2 });
    const [first, second] = chat.sequences;
    assert.ok(first && second);
    for (let round = 0; round < 5; round++) {
      const reading = first.prefill(someTokens(300));
      // The library takes the evaluation up in the next turn of the event loop.
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
      chat.setThreads({ prefill: 1 + (round % 2), decode: 1 + ((round + 1) % 2) });
      await Promise.all([reading, decode(second, 4)]);
      await first.eraseTail(0);
      await second.eraseTail(0);
    }
    assert.equal(await Promise.race([decode(first, 2).then(() => "drawn"), timeout(10_000)]), "drawn");
  });
});

function timeout(ms: number): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve("waits for ever"), ms).unref());
}
