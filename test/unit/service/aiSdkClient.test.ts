import assert from "node:assert/strict";
import path from "node:path";
import { createOpenAICompatible, type OpenAICompatibleProvider } from "@ai-sdk/openai-compatible";
import { APICallError, embedMany, generateText, jsonSchema, Output, streamText } from "ai";
import { ServedProgram } from "./servedProgram";

interface Person {
  readonly name: string;
  readonly mood: "calm" | "wild";
}

const person = jsonSchema<Person>({
  type: "object",
  properties: { name: { type: "string", maxLength: 8 }, mood: { type: "string", enum: ["calm", "wild"] } },
  required: ["name", "mood"],
  additionalProperties: false,
});

describe("hearth serve, asked by the AI SDK's OpenAI-compatible provider", function () {
  this.timeout(180_000);
  let served: ServedProgram;
  let provider: OpenAICompatibleProvider;
  let model: string;

  before(async () => {
    Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });
    served = await ServedProgram.start(["--sequences", "2"]);
    provider = createOpenAICompatible({ name: "hearth", baseURL: `${served.url}/v1`, supportsStructuredOutputs: true, includeUsage: true });
    model = path.basename(served.models.chat);
  });
  after(() => served.stop());

  const wish = (prompt: string, maxOutputTokens = 12) => ({ model: provider.chatModel(model), prompt, seed: 5, temperature: 1, maxOutputTokens, maxRetries: 0 });

  it("answers, with usage and a reason for its end", async () => {
    const { text, usage, finishReason } = await generateText(wish("What is a crate?"));
    assert.ok(text.length > 0);
    assert.deepEqual([finishReason, usage.outputTokens], ["length", 12]);
    assert.ok((usage.inputTokens ?? 0) > 0);
  });

  it("streams what it answers whole", async () => {
    const whole = await generateText(wish("Stream this."));
    const stream = streamText(wish("Stream this."));
    let text = "";
    for await (const part of stream.textStream) text += part;
    assert.equal(text, whole.text);
    assert.equal((await stream.usage).outputTokens, 12);
  });

  it("goes by stop texts and penalties", async () => {
    const { text } = await generateText(wish("Stop somewhere.", 40));
    const stop = text.slice(30, 34);
    const cut = await generateText({ ...wish("Stop somewhere.", 40), stopSequences: [stop] });
    assert.equal(cut.text, text.slice(0, text.indexOf(stop)));
    assert.equal(cut.finishReason, "stop");
    const other = await generateText({ ...wish("Stop somewhere.", 40), frequencyPenalty: 2, presencePenalty: 2 });
    assert.ok(other.text.length > 0);
  });

  it("gives an object of a schema", async () => {
    const { output } = await generateText({ ...wish("Who?", 300), output: Output.object({ schema: person }) });
    assert.deepEqual(Object.keys(output), ["name", "mood"]);
    assert.ok(Array.from(output.name).length <= 8 && ["calm", "wild"].includes(output.mood), JSON.stringify(output));
  });

  it("streams an object of a schema", async () => {
    const stream = streamText({ ...wish("Who?", 300), output: Output.object({ schema: person }) });
    let parts = 0;
    for await (const part of stream.partialOutputStream) parts += Object.keys(part).length;
    const { name, mood } = await stream.output;
    assert.ok(parts > 0 && typeof name === "string" && ["calm", "wild"].includes(mood));
  });

  it("stops when it is told to, and answers the next question", async () => {
    const abort = new AbortController();
    const ends: string[] = [];
    const stream = streamText({ ...wish("Go on for long.", 1900), abortSignal: abort.signal, onAbort: () => void ends.push("abort"), onError: () => void ends.push("error") });
    for await (const part of stream.textStream) if (part !== "") abort.abort();
    assert.deepEqual(ends, ["abort"]);
    assert.ok((await generateText(wish("And now?"))).text.length > 0);
  });

  it("says what was wrong with a request", async () => {
    const failed = (error: unknown, status: number, message: RegExp) => APICallError.isInstance(error) && error.statusCode === status && message.test(error.message);
    await assert.rejects(generateText({ ...wish("a"), temperature: 7 }), (error) => failed(error, 400, /temperature must be <= 5/));
    await assert.rejects(generateText({ ...wish("a"), model: provider.chatModel("gpt") }), (error) => failed(error, 404, /"gpt" is not served/));
    await assert.rejects(generateText(wish("word ".repeat(5000))), (error) => failed(error, 400, /tokens, and the context holds 2048/));
    const odd = jsonSchema({ not: { type: "string" } });
    await assert.rejects(generateText({ ...wish("a"), output: Output.object({ schema: odd }) }), (error) => failed(error, 400, /"not" at #/));
  });

  it("goes on with a text", async () => {
    const { text, usage } = await generateText({ ...wish("The colour of the sky is"), model: provider.completionModel(model) });
    assert.ok(text.length > 0 && (usage.outputTokens ?? 0) > 0);
  });

  it("embeds texts", async () => {
    const embeddingModel = provider.embeddingModel(path.basename(served.models.embedding));
    const { embeddings, usage } = await embedMany({ model: embeddingModel, values: ["one", "two", "one"] });
    assert.equal(embeddings.length, 3);
    assert.deepEqual(embeddings[0], embeddings[2]);
    assert.ok(usage.tokens >= 3);
  });
});
