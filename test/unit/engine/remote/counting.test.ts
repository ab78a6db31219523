import assert from "node:assert/strict";
import type { Prompt } from "../../../../src/engine/ports";
import { endChunk, reply, streams, textChunk, usageChunk } from "./fakeServer";
import { answerOf, never, question, RemoteRig } from "./remoteRig";

const words = (text: string) => text.split(/\s+/).filter((word) => word !== "").length;
const prompt: Prompt = {
  conversation: "c",
  system: "one two",
  turns: [
    { id: "1", context: "a b c", user: "d e", answer: { text: "f" } },
    { id: "2", user: "g h i j" },
  ],
};

describe("counting the tokens of a server's model", () => {
  let rig: RemoteRig;

  beforeEach(async () => {
    rig = await RemoteRig.start();
  });
  afterEach(() => rig.stop());

  describe("by the server", () => {
    beforeEach(() => {
      rig.server.on("POST /tokenize", ({ body }, response) => reply(response, 200, { count: words(body["prompt"] as string), tokens: [] }));
    });

    it("is exact, and asks for each text once", async () => {
      const chat = rig.chat();
      assert.deepEqual(await chat.countTokens(["a b c", "", "a", "a b c"]), [3, 0, 1, 3]);
      const before = rig.server.requests("POST /tokenize").length;
      assert.deepEqual(await chat.countTokens(["a", "a b c"]), [1, 3]);
      assert.equal(rig.server.requests("POST /tokenize").length, before);
    });

    it("measures a prompt part by part", async () => {
      const size = await rig.chat().measure(prompt);
      assert.equal(size.estimated, undefined);
      assert.deepEqual(size.contextTokens, [3, 0]);
      const [first = 0, second = 0] = size.turnTokens;
      const around = second - 4;
      assert.equal(first, 3 + 2 + 1 + 2 * around, "a question and its answer are two messages");
      assert.ok(size.promptTokens > first + second && size.contextSize === 1000);
    });

    it("learns what the template adds from the first answer", async () => {
      const chat = rig.chat();
      const request = question("x y z", { system: "" });
      rig.server.on("POST /v1/chat/completions", streams(textChunk("x"), endChunk(), usageChunk(3 + 11, 1)));
      const before = await chat.measure(request);
      await answerOf(chat.generate(request, never));
      const after = await chat.measure(request);
      assert.equal(after.turnTokens[0], 3 + 11);
      assert.notEqual(before.turnTokens[0], after.turnTokens[0]);
    });

    it("falls back to a guess for a text that the server fails to count", async () => {
      const chat = rig.chat();
      await chat.load();
      rig.server.json("POST /tokenize", {}, 500);
      const [count = 0] = await chat.countTokens(["some words of code"]);
      assert.ok(count >= 4 && count <= 12, String(count));
    });
  });

  it("asks Hearth for many texts at once", async () => {
    rig.server.json("GET /v1/models", { data: [{ id: "phi", owned_by: "hearth", max_model_len: 500 }] });
    rig.server.on("POST /v1/tokens/count", ({ body }, response) => reply(response, 200, { counts: (body["input"] as string[]).map(words) }));
    const chat = rig.chat();
    await chat.load();
    const before = rig.server.requests("POST /v1/tokens/count").length;
    assert.deepEqual(await chat.countTokens(["a b", "c", "d e f"]), [2, 1, 3]);
    assert.equal(rig.server.requests("POST /v1/tokens/count").length, before + 1);
  });

  describe("by a guess", () => {
    it("is said to be one", async () => {
      assert.equal((await rig.chat().measure(prompt)).estimated, true);
    });

    it("comes near what the server reports, after a few answers", async () => {
      const chat = rig.chat();
      const text = "function parse(line: string) { return line.split(' '); }\n".repeat(30);
      const request = question(text, { system: "" });
      const actual = Math.round(text.length / 4.2);
      const [before = 0] = await chat.countTokens([text]);
      rig.server.on("POST /v1/chat/completions", streams(textChunk("x"), endChunk(), usageChunk(actual + 6, 1)));
      for (let answers = 0; answers < 8; answers++) await answerOf(chat.generate(request, never));
      const [after = 0] = await chat.countTokens([text]);
      assert.ok(before > actual * 1.2, "a first guess is on the high side");
      assert.ok(Math.abs(after - actual) < actual * 0.03, `${after} for ${actual}`);
    });
  });
});
