import assert from "node:assert/strict";
import path from "node:path";
import OpenAI, { APIUserAbortError, BadRequestError, NotFoundError } from "openai";
import { ServedProgram } from "./servedProgram";

const person = {
  type: "object",
  properties: { name: { type: "string", maxLength: 8 }, age: { type: "integer", minimum: 0, maximum: 120 } },
  required: ["name", "age"],
  additionalProperties: false,
} as const;

/** What a reply has besides what OpenAI's types know. */
interface Extras {
  readonly tokens?: readonly number[];
  readonly hearth?: { readonly seed: number; readonly stop_reason: string; readonly model_hash: string };
  readonly timings?: { readonly cache_n: number; readonly prompt_n: number; readonly predicted_n: number };
}

function extras(reply: object): Extras {
  return reply;
}

/** Sent as they are; OpenAI's types call the seed out of date. */
const drawn = { seed: 5, temperature: 1 };

describe("hearth serve, asked by OpenAI's own client", function () {
  this.timeout(180_000);
  let served: ServedProgram;
  let client: OpenAI;
  let model: string;
  let embedding: string;

  before(async () => {
    served = await ServedProgram.start(["--sequences", "2", "--token", "secret"]);
    client = new OpenAI({ baseURL: `${served.url}/v1`, apiKey: "secret", maxRetries: 0 });
    model = path.basename(served.models.chat);
    embedding = path.basename(served.models.embedding);
  });
  after(() => served.stop());

  const messages = (...texts: string[]) => texts.map((content, index) => ({ role: index % 2 === 0 ? ("user" as const) : ("assistant" as const), content }));
  const ask = (content: string, options: object = {}) => client.chat.completions.create({ model, messages: messages(content), max_completion_tokens: 12, ...drawn, ...options });

  it("lists the models, and knows each by its name", async () => {
    const ids = (await client.models.list()).data.map(({ id }) => id);
    assert.deepEqual(ids, [model, embedding]);
    const one = await client.models.retrieve(model);
    assert.deepEqual([one.id, one.object, one.owned_by], [model, "model", "hearth"]);
    await assert.rejects(client.models.retrieve("gpt"), NotFoundError);
  });

  it("answers a chat, the same for the same seed, with usage", async () => {
    const first = await ask("What is a crate?");
    const [choice] = first.choices;
    assert.deepEqual([choice?.message.role, choice?.finish_reason, first.object], ["assistant", "length", "chat.completion"]);
    assert.equal(first.usage?.completion_tokens, 12);
    assert.equal(first.usage.total_tokens, first.usage.prompt_tokens + 12);
    const again = await ask("What is a crate?", { return_tokens: true });
    assert.equal(again.choices[0]?.message.content, choice?.message.content);
    assert.equal(extras(again).tokens?.length, 12);
    assert.deepEqual([extras(again).hearth?.seed, extras(again).hearth?.stop_reason], [5, "maxTokens"]);
    const other = await ask("What is a crate?", { seed: 6 });
    assert.notEqual(other.choices[0]?.message.content, choice?.message.content);
  });

  it("reads only what is new of a history that grows", async () => {
    const first = await ask("Tell me about parcels.");
    const answer = first.choices[0]?.message.content ?? "";
    const next = await client.chat.completions.create({ model, messages: messages("Tell me about parcels.", answer, "And crates?"), max_completion_tokens: 4 });
    assert.ok((next.usage?.prompt_tokens_details?.cached_tokens ?? 0) >= (first.usage?.prompt_tokens ?? 0), JSON.stringify(next.usage));
    assert.equal(extras(next).timings?.cache_n, next.usage?.prompt_tokens_details?.cached_tokens);
  });

  it("streams a chat, with usage, and gives the text of the whole answer", async () => {
    const whole = await ask("Stream this.");
    const stream = await ask("Stream this.", { stream: true, stream_options: { include_usage: true } } as const);
    let text = "";
    let usage: OpenAI.CompletionUsage | null | undefined;
    const finish: unknown[] = [];
    for await (const chunk of stream as unknown as AsyncIterable<OpenAI.ChatCompletionChunk>) {
      text += chunk.choices[0]?.delta.content ?? "";
      if (chunk.choices[0]?.finish_reason) finish.push(chunk.choices[0].finish_reason);
      usage = chunk.usage ?? usage;
    }
    assert.equal(text, whole.choices[0]?.message.content);
    assert.deepEqual(finish, ["length"]);
    assert.equal(usage?.completion_tokens, 12);
  });

  it("works with the client's own stream helper", async () => {
    const runner = client.chat.completions.stream({ model, messages: messages("Help."), max_completion_tokens: 8 });
    const parts: string[] = [];
    runner.on("content", (part) => parts.push(part));
    const final = await runner.finalChatCompletion();
    assert.equal(parts.join(""), final.choices[0]?.message.content);
  });

  it("tells how far the reading of a prompt is, where it is asked to", async () => {
    const stream = await ask(`Read this. ${"word ".repeat(300)}`, { stream: true, return_progress: true });
    const progress: { total: number; processed: number }[] = [];
    for await (const chunk of stream as unknown as AsyncIterable<{ prompt_progress?: { total: number; processed: number } }>) {
      if (chunk.prompt_progress) progress.push(chunk.prompt_progress);
    }
    const last = progress.at(-1);
    assert.ok(last && last.total > 300 && last.processed === last.total, JSON.stringify(progress));
  });

  it("stops when the client does, and answers the next request", async () => {
    // With a seed of its own each run would have other tokens, one of which may be the end.
    const stream = client.chat.completions.stream({ model, messages: messages("Go on for long."), max_completion_tokens: 1900, ...drawn });
    await assert.rejects(
      (async () => {
        for await (const chunk of stream) if (chunk.choices[0]?.delta.content) stream.abort();
      })(),
      APIUserAbortError,
    );
    const abort = new AbortController();
    const whole = client.chat.completions.create({ model, messages: messages("Go on for long."), max_completion_tokens: 1900, ...drawn }, { signal: abort.signal });
    setTimeout(() => abort.abort(), 200);
    await assert.rejects(whole, APIUserAbortError);
    const both = await Promise.all([ask("one"), ask("two")]);
    assert.ok(both.every(({ choices }) => (choices[0]?.message.content ?? "") !== ""));
  });

  it("ends before the texts that are named", async () => {
    const text = (await ask("Stop somewhere.", { max_completion_tokens: 40 })).choices[0]?.message.content ?? "";
    const stop = text.slice(30, 34);
    const cut = await ask("Stop somewhere.", { max_completion_tokens: 40, stop: ["never in it", stop] });
    assert.equal(cut.choices[0]?.message.content, text.slice(0, text.indexOf(stop)));
    assert.equal(cut.choices[0].finish_reason, "stop");
    assert.equal(extras(cut).hearth?.stop_reason, "stopText");
    const alone = await ask("Stop somewhere.", { max_completion_tokens: 40, stop });
    assert.equal(alone.choices[0]?.message.content, cut.choices[0].message.content);
  });

  it("answers with the JSON of a schema, whole and streamed, and with any object", async () => {
    const response_format = { type: "json_schema", json_schema: { name: "person", schema: person, strict: true } } as const;
    const options = { response_format, max_completion_tokens: 400 };
    const whole = (await ask("Who?", options)).choices[0];
    assert.equal(whole?.finish_reason, "stop");
    const value = JSON.parse(whole.message.content ?? "") as { name: string; age: number };
    assert.deepEqual(Object.keys(value), ["name", "age"]);
    assert.ok(Number.isInteger(value.age) && value.age >= 0 && value.age <= 120 && Array.from(value.name).length <= 8);
    const streamed = await client.chat.completions.stream({ model, messages: messages("Who?"), ...drawn, ...options }).finalChatCompletion();
    assert.deepEqual(JSON.parse(streamed.choices[0]?.message.content ?? ""), value);
    const any = await ask("Any?", { response_format: { type: "json_object" }, max_completion_tokens: 20 });
    assert.match(any.choices[0]?.message.content ?? "", /^\s*\{/);
  });

  const bad: readonly [name: string, options: object, status: number, code: string | null, message: RegExp][] = [
    ["a schema that cannot be kept to", { response_format: { type: "json_schema", json_schema: { name: "a", schema: { not: {} } } } }, 400, "bad-use", /"not" at #/],
    ["the same in a stream", { stream: true, response_format: { type: "json_schema", json_schema: { name: "a", schema: { not: {} } } } }, 400, "bad-use", /"not" at #/],
    ["a format without its schema", { response_format: { type: "json_schema" } }, 400, "FST_ERR_VALIDATION", /json_schema/],
    ["tools", { tools: [{ type: "function", function: { name: "f" } }] }, 400, "FST_ERR_VALIDATION", /tools/],
    ["several answers", { n: 2 }, 400, "FST_ERR_VALIDATION", /\/n must/],
    ["too long a prompt", { messages: messages("word ".repeat(5000)) }, 400, "context_length_exceeded", /tokens, and the context holds/],
    ["a temperature out of range", { temperature: 7 }, 400, "FST_ERR_VALIDATION", /temperature/],
    ["another model", { model: "gpt" }, 404, "model_not_found", /"gpt" is not served/],
  ];
  for (const [name, options, status, code, message] of bad) {
    it(`answers ${status} to ${name}`, async () => {
      await assert.rejects(ask("Bad.", options), (error) => {
        assert.ok(error instanceof OpenAI.APIError, String(error));
        assert.deepEqual([error.status, error.type], [status, "invalid_request_error"]);
        if (code?.startsWith("FST") !== true) assert.equal(error.code, code);
        return message.test(error.message);
      });
    });
  }

  it("takes no other key", async () => {
    await assert.rejects(new OpenAI({ baseURL: `${served.url}/v1`, apiKey: "wrong", maxRetries: 0 }).models.list(), { status: 401 });
  });

  it("answers four clients at once, each as alone", async () => {
    const questions = ["alpha", "beta", "gamma", "delta"];
    const alone: (string | null | undefined)[] = [];
    const greedy = { temperature: 0, cache_prompt: false };
    for (const question of questions) alone.push((await ask(question, greedy)).choices[0]?.message.content);
    const together = await Promise.all(questions.map((question) => ask(question, { user: question, ...greedy })));
    assert.deepEqual(together.map(({ choices }) => choices[0]?.message.content), alone);
  });

  it("goes on with a text, whole and streamed", async () => {
    const wish = { model, prompt: "The colour of the sky is", seed: 2, temperature: 1, max_tokens: 10 };
    const whole = await client.completions.create(wish);
    assert.deepEqual([whole.object, whole.choices[0]?.finish_reason, whole.usage?.completion_tokens], ["text_completion", "length", 10]);
    let text = "";
    for await (const chunk of await client.completions.create({ ...wish, stream: true })) text += chunk.choices[0]?.text ?? "";
    assert.equal(text, whole.choices[0]?.text);
    const echoed = await client.completions.create({ ...wish, echo: true });
    assert.equal(echoed.choices[0]?.text, wish.prompt + text);
  });

  it("goes on with several texts, and by default for 16 tokens", async () => {
    const { choices, usage } = await client.completions.create({ model, prompt: ["One", "Two"], temperature: 0 });
    assert.deepEqual(choices.map(({ index, finish_reason }) => [index, finish_reason]), [[0, "length"], [1, "length"]]);
    assert.equal(usage?.completion_tokens, 32);
    await assert.rejects(client.completions.create({ model, prompt: [1, 2, 3] }), BadRequestError);
  });

  it("embeds texts, as numbers and as bytes", async () => {
    const input = ["def f(x): return x", "another text"];
    const bytes = await client.embeddings.create({ model: embedding, input });
    const numbers = await client.embeddings.create({ model: embedding, input, encoding_format: "float" });
    assert.deepEqual(bytes.data.map(({ index }) => index), [0, 1]);
    for (const [index, { embedding: vector }] of bytes.data.entries()) {
      assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-5);
      assert.deepEqual([...vector], numbers.data[index]?.embedding);
    }
    assert.ok(bytes.usage.prompt_tokens >= 4 && bytes.usage.total_tokens === bytes.usage.prompt_tokens, JSON.stringify(bytes.usage));
  });

  it("refuses embeddings of another length, or of another model", async () => {
    await assert.rejects(client.embeddings.create({ model: embedding, input: "a", dimensions: 3 }), /dimensions, and 3 were asked for/);
    await assert.rejects(client.embeddings.create({ model, input: "a" }), NotFoundError);
  });

  it("tells the context, and counts tokens", async () => {
    const headers = { authorization: "Bearer secret", "content-type": "application/json" };
    const props = (await (await fetch(`${served.url}/props`, { headers })).json()) as { default_generation_settings: { n_ctx: number }; total_slots: number };
    assert.deepEqual([props.default_generation_settings.n_ctx, props.total_slots], [2048, 2]);
    const counted = await fetch(`${served.url}/v1/tokens/count`, { method: "POST", headers, body: JSON.stringify({ input: ["one two", ""] }) });
    const { counts } = (await counted.json()) as { counts: readonly number[] };
    assert.equal(counts.length, 2);
    assert.ok(counts[0]! >= 2 && counts[1] === 0, JSON.stringify(counts));
  });
});
