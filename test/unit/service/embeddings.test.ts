import assert from "node:assert/strict";
import type { EmbeddingInfo, EmbeddingKind } from "../../../src/engine/ports";
import { ListeningService } from "./listeningService";

/** A model of four dimensions that may be cut to two; each text's vector points the same way. */
const info: EmbeddingInfo = { id: "tiny", hash: "h", dimensions: 4, leastDimensions: 2 };
const vector = [0.6, 0, 0.8, 0];

interface EmbeddingsReply {
  readonly data: readonly { readonly index: number; readonly embedding: readonly number[] | string }[];
  readonly usage?: { readonly prompt_tokens: number };
}

describe("embeddings over HTTP", () => {
  let service: ListeningService;
  let asked: { texts: readonly string[]; kind: EmbeddingKind }[];

  beforeEach(async () => {
    service = await ListeningService.start();
    asked = [];
  });
  afterEach(() => service.close());

  const serve = (model: EmbeddingInfo | undefined, counts = true) => {
    const embed = (...[texts, kind]: [texts: readonly string[], kind: EmbeddingKind]) => {
      asked.push({ texts, kind });
      return Promise.resolve(texts.map(() => Float32Array.from(vector)));
    };
    const countInput = (texts: readonly string[]) => Promise.resolve(texts.map((text) => text.length));
    Object.assign(service.engine, { info: () => Promise.resolve(model), embed, ...(counts && { countInput }) });
  };
  const post = async (body: object) => {
    const reply = await fetch(`${service.url}/v1/embeddings`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    return { status: reply.status, body: (await reply.json()) as EmbeddingsReply & { error?: { message: string; code: string; remedy: string | null } } };
  };
  const rounded = (values: readonly number[] | string | undefined) => (typeof values === "object" ? values.map((value) => Math.round(value * 1e6) / 1e6) : values);

  it("embeds texts as they stand, or as what they are said to be", async () => {
    serve(info);
    const { body } = await post({ input: ["a", "bc"], model: "tiny" });
    assert.deepEqual(body.data.map(({ index, embedding }) => [index, rounded(embedding)]), [[0, vector], [1, vector]]);
    assert.equal(body.usage?.prompt_tokens, 3);
    await post({ input: "a", input_type: "query" });
    await post({ input: "a", input_type: "document" });
    assert.deepEqual(asked.map(({ kind }) => kind), ["raw", "query", "document"]);
  });

  it("cuts vectors to the dimensions that are asked for, and brings them back to length 1", async () => {
    serve(info);
    const { body } = await post({ input: "a", dimensions: 3 });
    assert.deepEqual(rounded(body.data[0]?.embedding), [0.6, 0, 0.8]);
    assert.deepEqual(rounded((await post({ input: "a", dimensions: 2 })).body.data[0]?.embedding), [1, 0]);
  });

  it("sends the bytes of the same numbers", async () => {
    serve(info);
    const { body } = await post({ input: "a", encoding_format: "base64" });
    const bytes = Buffer.from(String(body.data[0]?.embedding), "base64");
    assert.deepEqual(rounded([0, 4, 8, 12].map((at) => bytes.readFloatLE(at))), vector);
  });

  it("leaves the usage out where tokens cannot be counted", async () => {
    serve(info, false);
    assert.equal((await post({ input: "a" })).body.usage, undefined);
  });

  const bad: readonly [name: string, body: object, model: EmbeddingInfo | undefined, status: number, message: RegExp][] = [
    ["too few dimensions", { input: "a", dimensions: 1 }, info, 400, /2 to 4 dimensions, and 1 were asked for/],
    ["dimensions of a model that has one length", { input: "a", dimensions: 2 }, { id: "tiny", hash: "h", dimensions: 4 }, 400, /vectors of 4 dimensions/],
    ["another model", { input: "a", model: "other" }, info, 404, /"other" is not served here; "tiny" is/],
    ["any model where none is set", { input: "a" }, undefined, 404, /No embedding model is set/],
    ["no text", { input: [] }, info, 400, /input/],
    ["tokens", { input: [1, 2] }, info, 400, /input/],
    ["an unknown kind of text", { input: "a", input_type: "poem" }, info, 400, /input_type/],
  ];
  for (const [name, body, model, status, message] of bad) {
    it(`answers ${status} to ${name}`, async () => {
      serve(model);
      const reply = await post(body);
      assert.equal(reply.status, status);
      assert.match(reply.body.error?.message ?? "", message);
      assert.deepEqual(asked, []);
    });
  }

  it("lists the model beside the chat model, and goes without one that cannot be loaded", async () => {
    const models = async () => ((await (await fetch(`${service.url}/v1/models`)).json()) as { data: { id: string; role: string }[] }).data.map(({ id, role }) => [id, role]);
    Object.assign(service.engine, { info: () => Promise.reject(new Error("It is damaged.")) });
    assert.deepEqual(await models(), [["fake", "chat"]]);
    assert.ok(service.logged.some((line) => /warn .*It is damaged/.test(line)), service.logged.join("\n"));
    serve(info);
    assert.deepEqual(await models(), [["fake", "chat"], ["tiny", "embedding"]]);
  });
});
