import assert from "node:assert/strict";
import { silentLog } from "../../../src/common/log";
import { parseConversation, serializeConversation } from "../../../src/chat/conversationFile";
import { guidanceDefaults, guidanceOf } from "../../../src/chat/guidanceSettings";
import { memoryStore } from "../../../src/chat/memoryStore";
import { Sessions } from "../../../src/chat/sessions";
import type { ChatSettings, Turn } from "../../../src/chat/types";
import { guidanceStrategies } from "../../../src/engine/ports";
import { contributes } from "../../../package.json";
import { TestRuntime } from "../engine/testRuntime";
import { chatSettings, chunk } from "./fakes";
import { inProcessModel } from "./inProcessModel";
import { ask, given, never } from "./sessionKit";

const recordOf = ({ status }: Turn) => (status.kind === "done" ? status.record : assert.fail(JSON.stringify(status)));

describe("guidance in a chat", () => {
  it("has the manifest's defaults", () => {
    const properties = Object.assign({}, ...contributes.configuration.map((section) => section.properties)) as Record<string, { readonly default?: unknown }>;
    const defaultOf = (name: string) => properties[`hearth.${name}`]?.default;
    assert.equal(defaultOf("guidance"), "none");
    assert.deepEqual(
      { scale: defaultOf("guidanceScale"), topN: defaultOf("guidanceTopN"), query: defaultOf("guidanceQuery"), adaptive: defaultOf("guidanceAdaptive") === "on" },
      guidanceDefaults,
    );
  });

  it("is asked for as it is set, with the defaults for the rest; without a strategy nothing is", async () => {
    const cases: readonly [ChatSettings["guidance"], unknown][] = [
      [undefined, undefined],
      [{ scale: 5 }, undefined],
      [{ strategy: "cosine" }, { strategy: "cosine", ...guidanceDefaults }],
      [{ strategy: "cnn", scale: 5, topN: 9, query: "context", adaptive: false }, { strategy: "cnn", scale: 5, topN: 9, query: "context", adaptive: false }],
    ];
    for (const [guidance, expected] of cases) {
      assert.deepEqual(guidanceOf(guidance ? { guidance } : {}), expected);
      const { session, model } = given({ settings: { ...(guidance && { guidance }) } });
      await ask(session, "What?");
      assert.deepEqual(model.requests[0]?.guidance, expected);
    }
  });
});

describe("guided answers of a chat (a small model, random weights)", function () {
  this.timeout(120_000);
  const tests = new TestRuntime();
  after(() => tests.dispose());

  it("each message has its own guidance, its record says which, and every answer is reproduced from its stored record", async () => {
    let settings: ChatSettings = { ...chatSettings, systemPrompt: "You answer in short.", maxTokens: 12, sampling: { sampler: "categorical", temperature: 1, seed: 5 } };
    const model = inProcessModel(await tests.engine("phi3", { contextSize: 1024 }));
    const retriever = { retrieve: () => Promise.resolve([chunk("src/rows.ts", 1, "export const rowBytes = 34;")]) };
    const sessions = new Sessions({ model, retriever, store: memoryStore(), settings: () => settings, log: silentLog });
    const session = sessions.create();
    const turns: Turn[] = [(await ask(session, "How many bytes has a row?")).turn];
    for (const strategy of guidanceStrategies) {
      settings = { ...settings, guidance: { strategy, scale: 8, query: "context" } };
      turns.push((await ask(session, "And how is it read?")).turn);
    }
    assert.deepEqual(turns.map((turn) => recordOf(turn).guidance?.strategy), [undefined, ...guidanceStrategies]);
    const stored = parseConversation(serializeConversation(session.conversation));
    assert.deepEqual(stored.turns.map((turn) => recordOf(turn).guidance), turns.map((turn) => recordOf(turn).guidance));
    for (const { id, answerTokens } of turns) assert.deepEqual(await session.reproduce(id, never), { kind: "same", tokens: answerTokens.length });
  });
});
