import assert from "node:assert/strict";
import type { ChatSettings } from "../../../src/chat/types";
import type { ChatEngine } from "../../../src/engine/chatEngine";
import type { ChatModel, GenerateEvent, GenerateRequest, GenerateStats } from "../../../src/engine/ports";
import type { RetrievedChunk, Retriever } from "../../../src/rag/ports";
import type { DecoderKind } from "../../fixtures/models";
import { TestRuntime } from "../engine/testRuntime";
import { Chat } from "./chat";
import { chatSettings, chunk } from "./fakes";
import { inProcessModel } from "./inProcessModel";

interface Generated {
  readonly request: GenerateRequest;
  readonly stats: GenerateStats;
}

/** The engine in this process, as the chat sees it; it keeps what each answer cost. */
function recordingModel(engine: ChatEngine, generated: Generated[]): ChatModel {
  return { ...inProcessModel(engine), generate: (request, signal) => recorded(engine, request, signal, generated) };
}

async function* recorded(engine: ChatEngine, request: GenerateRequest, signal: AbortSignal, generated: Generated[]): AsyncGenerator<GenerateEvent> {
  for await (const event of engine.generate(request, signal)) {
    if (event.type === "done") generated.push({ request, stats: event.stats });
    yield event;
  }
}

/** New code for each question, as if each were about something else. */
function freshCode(): Retriever {
  let count = 0;
  const next = (): RetrievedChunk => chunk(`src/part${++count}.ts`, 1, Array.from({ length: 5 }, (_, line) => `export const value${count}_${line} = ${line};`).join("\n"));
  return { retrieve: () => Promise.resolve([next(), next(), next()]) };
}

/** What stands behind an answer in the cache but was not evaluated with it: its last token and what ends a turn. */
const mostTail = 4;

describe("a full context on the engine (small models, random weights)", function () {
  this.timeout(120_000);
  const tests = new TestRuntime();
  afterEach(() => tests.clear());
  after(() => tests.dispose());

  const cases: readonly [kind: DecoderKind, count: number, name: string, settings: Partial<ChatSettings>][] = [
    ["phi3", 30, "folding the oldest turns into summaries", { contextFull: "summarise" }],
    ["phi3", 30, "dropping the oldest turns", { contextFull: "dropOldest" }],
    ["phi3", 30, "showing the last five turns", { turnWindow: 5 }],
    ["llama2", 30, "showing the last five turns", { turnWindow: 5 }],
    ["llama2", 30, "folding the oldest turns into summaries", { contextFull: "summarise" }],
    ["llama3", 12, "folding the oldest turns into summaries", { contextFull: "summarise" }],
    ["qwen2", 12, "folding the oldest turns into summaries", { contextFull: "summarise" }],
  ];
  for (const [kind, count, name, settings] of cases) {
    it(`${kind}: ${count} questions, ${name}, and what stays is not read again`, async () => {
      const generated: Generated[] = [];
      const engine = await tests.engine(kind, { contextSize: count === 30 ? 1536 : 1024 });
      const chat = new Chat(recordingModel(engine, generated));
      chat.settings = { ...chatSettings, systemPrompt: "You answer in short.", maxTokens: 24, sampling: { seed: 3 }, ...settings };
      chat.retriever = freshCode();
      const changes: string[] = [];
      for (let i = 0; i < count; i++) {
        const { turn, notices } = await chat.ask(`Question ${i}: what does f(${i}) return, and why does it return that? ${"Say more. ".repeat(i % 7)}`);
        assert.equal(turn.status.kind, "done", JSON.stringify(turn.status));
        assert.notEqual(turn.codeText, "", `code of question ${i}`);
        changes.push(...notices);
      }
      assert.ok(chat.conversation.turns.at(-1)!.window.dropped.length > 0, "turns have left");
      assert.ok(changes.length < count * 0.7, "code leaves for several questions at once, although each brings as much as may be");
      assert.ok(changes.filter((text) => /full: the oldest/.test(text)).length <= count / 10, changes.join("\n"));
      for (const [at, { request, stats }] of generated.entries()) {
        const fresh = at === 0 ? stats.promptTokens : engine.measure(request).turnTokens.at(-1)! + mostTail;
        assert.ok(stats.evaluatedTokens <= fresh, `answer ${at} evaluated ${stats.evaluatedTokens} tokens of ${stats.promptTokens}; ${fresh} are new`);
        assert.equal(stats.evaluatedTokens + stats.reusedTokens, stats.promptTokens);
      }
    });
  }

  it("phi3: /compact twice and the questions after it read nothing but what is new", async () => {
    const generated: Generated[] = [];
    const engine = await tests.engine("phi3", { contextSize: 2048 });
    const chat = new Chat(recordingModel(engine, generated));
    chat.settings = { ...chatSettings, systemPrompt: "You answer in short.", maxTokens: 24, sampling: { seed: 3 } };
    for (const round of ["first", "second"]) {
      for (let i = 0; i < 4; i++) await chat.ask(`The ${round} ${i}: what does f(${i}) return? ${"Say much more about it, with all that there is. ".repeat(14)}`);
      assert.match((await chat.compact()).join(), /folded into a summary: \d+ tokens are free again/);
    }
    const { turn } = await chat.ask("And now?");
    assert.ok(turn.window.summary !== undefined);
    for (const { request, stats } of generated.slice(1)) {
      assert.ok(stats.evaluatedTokens <= engine.measure(request).turnTokens.at(-1)! + mostTail, `${stats.evaluatedTokens} of ${stats.promptTokens}`);
    }
    assert.equal(generated.length, 11);
  });
});
