import assert from "node:assert/strict";
import { beginStream, endChunk, FakeServer, type Handler, reply, sendEvent, streams, textChunk } from "./fakeServer";
import { answerOf, never, question, RemoteRig, serverConfig } from "./remoteRig";
import { createRemoteChat } from "../../../../src/engine/remote/remoteChat";

const completions = "POST /v1/chat/completions";

/** Fails with these, one request each, then answers. */
function failsWith(...failures: readonly Handler[]): Handler {
  const left = [...failures];
  return (request, response) => (left.shift() ?? streams(textChunk("Here."), endChunk()))(request, response);
}

const hangsUp: Handler = (_, response) => void response.destroy();
const busy: Handler = (_, response) => reply(response, 503, { error: { message: "Loading model" } });
const full: Handler = (_, response) => reply(response, 429, { error: { message: "The queue is full." } }, { "retry-after": "0" });
const opensOnly: Handler = (_, response) => {
  beginStream(response);
  sendEvent(response, { choices: [{ delta: { role: "assistant", content: "" }, finish_reason: null }] });
  setTimeout(() => response.destroy(), 20);
};

describe("a server that fails", function () {
  this.timeout(30_000);
  let rig: RemoteRig;

  beforeEach(async () => {
    rig = await RemoteRig.start();
  });
  afterEach(() => rig.stop());

  const passing: [what: string, failures: readonly Handler[]][] = [
    ["hangs up", [hangsUp]],
    ["loads its model", [busy, busy]],
    ["has a full queue", [full]],
    ["breaks off before the first text", [opensOnly]],
    ["does one after the other", [hangsUp, busy, opensOnly]],
  ];
  for (const [what, failures] of passing) {
    it(`is asked again when it ${what}`, async () => {
      rig.server.on(completions, failsWith(...failures));
      const { text, error } = await answerOf(rig.chat().generate(question("Hi?"), never));
      assert.deepEqual([text, error, rig.server.requests(completions).length], ["Here.", undefined, failures.length + 1]);
    });
  }

  it("is given up after a few tries, with its own words", async () => {
    rig.server.on(completions, busy);
    const { error } = await answerOf(rig.chat().generate(question("Hi?"), never));
    assert.deepEqual([(error as { code?: string }).code, rig.server.requests(completions).length], ["server-unreachable", 4]);
    assert.match((error as Error).message, /cannot answer now \(503\)\. Loading model/);
  });

  it("is not asked again once text has come: that stays, and the failure says so", async () => {
    rig.server.on(completions, (_, response) => {
      beginStream(response);
      sendEvent(response, textChunk("The first half"));
      setTimeout(() => response.destroy(), 20);
    });
    const { text, result, error } = await answerOf(rig.chat().generate(question("Hi?"), never));
    assert.deepEqual([text, result, (error as { code?: string }).code], ["The first half", undefined, "answer-lost"]);
    assert.match((error as Error).message, /broke off, and what had come is kept\. 127\.0\.0\.1:\d+ ended the connection before its answer was whole\.$/);
    assert.equal(rig.server.requests(completions).length, 1);
  });

  it("that ends the stream without the end of the answer has lost it", async () => {
    rig.server.on(completions, (_, response) => {
      beginStream(response);
      sendEvent(response, textChunk("Half"));
      response.end();
    });
    const { text, error } = await answerOf(rig.chat().generate(question("Hi?"), never));
    assert.deepEqual([text, (error as { code?: string }).code], ["Half", "answer-lost"]);
  });

  it("that says so in the middle of the stream is quoted", async () => {
    rig.server.on(completions, streams(textChunk("Half"), { error: { message: "The GPU fell off." } }));
    const { text, error } = await answerOf(rig.chat().generate(question("Hi?"), never));
    assert.equal(text, "Half");
    assert.match((error as Error).message, /The GPU fell off\./);
  });

  it("after the whole answer has only kept its numbers back", async () => {
    rig.server.on(completions, (_, response) => {
      beginStream(response);
      sendEvent(response, textChunk("Whole."));
      sendEvent(response, endChunk());
      setTimeout(() => response.destroy(), 20);
    });
    const { text, result, error } = await answerOf(rig.chat().generate(question("Hi?"), never));
    assert.deepEqual([text, result?.stopReason, error], ["Whole.", "endOfTurn", undefined]);
  });

  it("by silence is given up before the first byte, and not asked again", async () => {
    rig.server.on(completions, () => undefined);
    const { error } = await answerOf(rig.chat({ silenceSeconds: 1 }).generate(question("Hi?"), never));
    assert.match((error as Error).message, /has sent nothing for 1 s\./);
    assert.equal(rig.server.requests(completions).length, 1);
  });

  it("by silence in the middle keeps what came", async () => {
    rig.server.on(completions, (_, response) => {
      beginStream(response);
      sendEvent(response, textChunk("Half"));
    });
    const { text, error } = await answerOf(rig.chat({ silenceSeconds: 1 }).generate(question("Hi?"), never));
    assert.deepEqual([text, (error as { code?: string }).code], ["Half", "answer-lost"]);
    assert.match((error as Error).message, /sent nothing for 1 s/);
  });

  it("is waited for as long as it shows a sign of life, whatever the whole takes", async () => {
    rig.server.on(completions, async (_, response) => {
      beginStream(response);
      for (let sign = 0; sign < 8; sign++) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        response.write(": reading the prompt\n\n");
      }
      for (const chunk of [textChunk("At last."), endChunk(), "[DONE]"]) sendEvent(response, chunk);
      response.end();
    });
    const { text, error } = await answerOf(rig.chat({ silenceSeconds: 2 }).generate(question("Hi?"), never));
    assert.deepEqual([text, error], ["At last.", undefined]);
  });

  it("can be left while it is waited for", async () => {
    const stop = new AbortController();
    rig.server.on(completions, (_, response) => {
      reply(response, 503, {}, { "retry-after": "20" });
      setTimeout(() => stop.abort(), 20);
    });
    const startedAt = performance.now();
    const { result } = await answerOf(rig.chat().generate(question("Hi?"), stop.signal));
    assert.equal(result?.stopReason, "aborted");
    assert.ok(performance.now() - startedAt < 15_000, "the stop ends the wait for another try");
  });

  it("is asked anew what it runs, once it is back", async () => {
    const chat = rig.chat();
    await chat.load();
    rig.server.on(completions, failsWith(busy, busy, busy, busy));
    await answerOf(chat.generate(question("Hi?"), never));
    assert.equal(chat.state.kind, "failed");
    rig.server.json("GET /v1/models", { data: [{ id: "other", owned_by: "vllm", max_model_len: 2000 }] });
    const info = await chat.load();
    assert.deepEqual([info.id, info.contextSize, chat.state.kind], ["other", 2000, "ready"]);
  });

  it("that is not there is named, with what to do", async () => {
    const gone = await FakeServer.start();
    const { url, host } = gone;
    await gone.stop();
    const chat = createRemoteChat({ config: serverConfig(url), keys: () => Promise.resolve(undefined), log: rig.log, retryDelays: [1] });
    await assert.rejects(chat.load(), { code: "server-unreachable", message: `${host} cannot be reached (ECONNREFUSED).`, remedy: /Start the server/ });
    assert.ok(chat.state.kind === "failed" && chat.state.error.code === "server-unreachable");
    await chat.close("aborted");
  });
});
