import assert from "node:assert/strict";
import { CompletionMemory } from "../../../src/chat/completionMemory";
import { type CompletionLimits, withCompletion } from "../../../src/chat/completionRun";
import { type ChatMessage, messageTurns } from "../../../src/chat/messageTurns";
import { chatSettings, FakeModel } from "./fakes";

function rig() {
  const model = new FakeModel();
  const memory = new CompletionMemory((conversation) => model.forget(conversation), { prefix: "editor-7" });
  const ask = async (messages: readonly ChatMessage[], wish: CompletionLimits = {}, signal = new AbortController().signal) => {
    let text = "";
    const deps = { model, memory, settings: () => chatSettings };
    const result = await withCompletion(deps, { history: messageTurns(messages), ...wish }, signal, ({ generate }) => generate((part) => {
      text += part;
    }));
    return { text, result };
  };
  return { model, memory, ask };
}

const user = (text: string): ChatMessage => ({ role: "user", text });
const assistant = (text: string): ChatMessage => ({ role: "assistant", text });

describe("a completion", () => {
  it("finds what it has read before when the history has grown, and only then", async () => {
    const { model, ask } = rig();
    const first = await ask([user("What is a crate?")]);
    assert.equal(first.result.stats.reusedTokens, 0);
    const next = await ask([user("What is a crate?"), assistant(first.text), user("And a parcel?")]);
    assert.ok(next.result.stats.reusedTokens >= first.result.stats.promptTokens, JSON.stringify(next.result.stats));
    const other = await ask([user("Something else")]);
    assert.equal(other.result.stats.reusedTokens, 0);
    assert.match(model.requests[0]!.conversation, /^editor-7-1$/);
    assert.equal(model.requests[1]?.conversation, model.requests[0]?.conversation);
  });

  it("takes the system message that came, and no text of its own beside it", async () => {
    const { model, ask } = rig();
    await ask([{ role: "system", text: "Be kind." }, user("a")]);
    await ask([user("b")]);
    assert.deepEqual(model.requests.map(({ system }) => system), ["Be kind.", ""]);
  });

  it("goes by the request's values over the settings", async () => {
    const { model, ask } = rig();
    await ask([user("a")], { sampling: { topP: 0.4, seed: 3 }, maxTokens: 7 });
    const { sampling, maxTokens } = model.requests[0]!;
    assert.deepEqual([sampling.topP, sampling.seed, maxTokens], [0.4, 3, 7]);
  });

  it("is refused where the history does not fit, and its conversation is free again", async () => {
    const { ask, memory, model } = rig();
    await assert.rejects(ask([user("word ".repeat(500))]), /take 50\d tokens, and the context holds 400/);
    await memory.close();
    assert.equal(model.forgotten.length, 1);
  });

  it("ends with an abort error when it is stopped", async () => {
    const { ask, model } = rig();
    const abort = new AbortController();
    model.beforeToken = () => abort.abort();
    await assert.rejects(ask([user("a")], {}, abort.signal), { name: "AbortError" });
  });
});
