import assert from "node:assert/strict";
import { parseConversation, serializeConversation } from "../../../../src/chat/conversationFile";
import { memoryStore } from "../../../../src/chat/memoryStore";
import { Sessions } from "../../../../src/chat/sessions";
import type { Turn } from "../../../../src/chat/types";
import { silentLog } from "../../../../src/common/log";
import { beginStream, endChunk, sendEvent, streams, textChunk, usageChunk } from "./fakeServer";
import { never, RemoteRig } from "./remoteRig";

const completions = "POST /v1/chat/completions";
const settings = { sampling: {}, useContext: false, contextFull: "dropOldest" } as const;

/** A chat whose model runs on a server, as the editor and the terminal have it. */
describe("a conversation with a server's model", () => {
  let rig: RemoteRig;

  beforeEach(async () => {
    rig = await RemoteRig.start();
  });
  afterEach(() => rig.stop());

  const says = (text: string, ids: readonly number[] = []) => {
    const piece = { choices: [{ delta: { content: text }, finish_reason: null, ...(ids.length > 0 && { token_ids: ids }) }] };
    rig.server.on(completions, streams(piece, endChunk(), usageChunk(20, 4)));
  };

  function begin() {
    return new Sessions({ model: rig.chat(), retriever: undefined, store: memoryStore(), log: silentLog, settings: () => settings }).create();
  }

  async function ask(session: ReturnType<typeof begin>, text: string): Promise<Turn> {
    let finished: Turn | undefined;
    for await (const event of session.ask({ text, attachments: [] }, never)) if (event.type === "finished") finished = event.turn;
    assert.ok(finished);
    return finished;
  }

  it("sends its history with each question, and records what is known of the answer", async () => {
    const session = begin();
    says("First answer.");
    await ask(session, "One?");
    says("Second answer.");
    const turn = await ask(session, "Two?");
    const messages = rig.server.requests(completions).at(-1)!.body["messages"] as { role: string; content: string }[];
    assert.deepEqual(messages.filter(({ role }) => role !== "system").map(({ content }) => content), ["One?", "First answer.", "Two?"]);
    assert.ok(turn.status.kind === "done");
    const { record } = turn.status;
    assert.deepEqual([record.origin?.device, record.origin?.format, record.kvCacheType, record.flashAttention, turn.answerTokens], ["server", "server", undefined, undefined, []]);
    const stored = parseConversation(serializeConversation(session.conversation));
    assert.deepEqual(stored.turns.at(-1)!.status, turn.status);
  });

  it("can reproduce an answer by its tokens, where the server tells them", async () => {
    const session = begin();
    says("An answer.", [1, 2, 3]);
    const turn = await ask(session, "One?");
    assert.deepEqual(await session.reproduce(turn.id, never), { kind: "same", tokens: 3 });
    const { body } = rig.server.requests(completions).at(-1)!;
    assert.equal(typeof body["cache_salt"], "string", "nothing of it is taken from the server's cache");
    const { sampling, seed } = turn.status.kind === "done" ? turn.status.record : assert.fail();
    assert.deepEqual([body["seed"], body["temperature"]], [seed, sampling.temperature]);
  });

  it("can reproduce an answer by its text, where the server tells no tokens", async () => {
    const session = begin();
    says("An answer.");
    const turn = await ask(session, "One?");
    assert.deepEqual(await session.reproduce(turn.id, never), { kind: "same", tokens: 10, unit: "characters" });
    says("An ape.");
    const other = await session.reproduce(turn.id, never);
    assert.ok(other.kind === "different" && other.at === 4 && other.unit === "characters");
    assert.match(other.reason ?? "", /A server computes answers of several people together/);
  });

  it("compares the front of an answer that was stopped", async () => {
    const session = begin();
    rig.server.on(completions, (_, response) => {
      beginStream(response);
      sendEvent(response, textChunk("An answer"));
    });
    const stop = new AbortController();
    let turn: Turn | undefined;
    for await (const event of session.ask({ text: "One?", attachments: [] }, stop.signal)) {
      if (event.type === "text") stop.abort();
      if (event.type === "finished") turn = event.turn;
    }
    assert.ok(turn?.status.kind === "done" && turn.status.record.stopReason === "aborted");
    says("An answer that goes on.");
    assert.deepEqual(await session.reproduce(turn.id, never), { kind: "same", tokens: 9, unit: "characters" });
  });

  it("keeps what came of an answer that broke off, and says so", async () => {
    const session = begin();
    rig.server.on(completions, (_, response) => {
      beginStream(response);
      sendEvent(response, textChunk("The first half"));
      setTimeout(() => response.destroy(), 20);
    });
    const turn = await ask(session, "One?");
    assert.equal(turn.answerText, "The first half");
    assert.ok(turn.status.kind === "failed" && turn.status.error.code === "answer-lost");
    says("All of it.");
    const next = await ask(session, "Go on.");
    assert.equal(next.status.kind, "done");
  });
});
