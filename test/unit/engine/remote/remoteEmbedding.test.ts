import assert from "node:assert/strict";
import type { ServerConfig } from "../../../../src/engine/ports";
import { createRemoteEmbedding, type RemoteEmbedding } from "../../../../src/engine/remote/remoteEmbedding";
import { FakeServer, type Handler, reply } from "./fakeServer";
import { serverConfig } from "./remoteRig";
import { silentLog } from "../../../../src/common/log";

const embeddings = "POST /v1/embeddings";
const inputs = (server: FakeServer) => server.requests(embeddings).map(({ body }) => body["input"] as string[]);

/** Vectors of two numbers: the text's length, and 1; in reverse order, as a server may send them. */
const lengths: Handler = ({ body }, response) => {
  const texts = body["input"] as string[];
  reply(response, 200, { data: texts.map((text, index) => ({ index, embedding: [text.length, 1] })).reverse() });
};

describe("embeddings of a server", () => {
  let server: FakeServer;
  const made: RemoteEmbedding[] = [];

  beforeEach(async () => {
    server = await FakeServer.start();
    server.json("GET /v1/models", { data: [{ id: "nomic-embed-text-v1.5" }] }).on(embeddings, lengths);
  });
  afterEach(async () => {
    for (const one of made.splice(0)) await one.dispose();
    await server.stop();
  });

  function create(more: Partial<ServerConfig> = {}): RemoteEmbedding {
    const one = createRemoteEmbedding({ config: serverConfig(server.url, more), keys: (role) => Promise.resolve(`key-of-${role}`), log: silentLog, retryDelays: [1, 1] });
    made.push(one);
    return one;
  }

  it("have the prefixes of their model, and length 1, in the order of the texts", async () => {
    const model = create();
    const vectors = await model.embed(["ab", " ", "abcd"], "query");
    assert.deepEqual(inputs(server).at(-1), ["search_query: ab", "search_query: abcd"]);
    for (const vector of [vectors[0], vectors[2]]) assert.ok(Math.abs(Math.hypot(...vector!) - 1) < 1e-6);
    assert.deepEqual([...vectors[1]!], [0, 0], "a text without content has no direction");
    assert.ok(vectors[2]![0]! > vectors[0]![0]!, "the longer text comes last");
    await model.embed(["ab"], "document");
    await model.embed(["ab"], "raw");
    assert.deepEqual(inputs(server).slice(-2), [["search_document: ab"], ["ab"]]);
    assert.ok(server.requests(embeddings).every(({ headers }) => headers.authorization === "Bearer key-of-embedding"));
  });

  it("are told apart by server and model", async () => {
    const info = await create().info();
    assert.deepEqual([info!.id, info!.dimensions], ["nomic-embed-text-v1.5", 2]);
    const other = await create({ model: "bge-small-en" }).info();
    assert.notEqual(other!.hash, info!.hash);
    assert.equal((await create().info())!.hash, info!.hash);
  });

  it("take the embedding model of a server that says which one it is", async () => {
    server.json("GET /v1/models", { data: [{ id: "chat", role: "chat" }, { id: "coderank-137m", role: "embedding", hash: "1" }] });
    assert.equal((await create().info())!.id, "coderank-137m");
  });

  it("go in batches", async () => {
    await create().embed(Array.from({ length: 70 }, (_, at) => `text ${at}`), "raw");
    assert.deepEqual(inputs(server).slice(1).map((texts) => texts.length), [32, 32, 6]);
  });

  it("cut a text that is too long for the model, and no other", async () => {
    server.on(embeddings, (request, response) => {
      const texts = request.body["input"] as string[];
      if (texts.some((text) => text.length > 1000)) return reply(response, 500, { error: { message: "input is too large to process. increase the physical batch size" } });
      return lengths(request, response);
    });
    const vectors = await create().embed(["short", "x".repeat(3000)], "raw");
    assert.equal(vectors.length, 2);
    assert.deepEqual(inputs(server).slice(-2).map((texts) => texts.map((text) => text.length)), [[1500], [750]]);
  });

  it("are asked for again when the server is busy", async () => {
    let failures = 2;
    server.on(embeddings, (request, response) => (failures-- > 0 ? reply(response, 503, {}) : lengths(request, response)));
    assert.equal((await create().embed(["ab"], "raw")).length, 1);
  });

  it("of another length than before are refused", async () => {
    const model = create();
    await model.info();
    server.json(embeddings, { data: [{ index: 0, embedding: [1, 2, 3] }] });
    await assert.rejects(model.embed(["ab"], "raw"), { code: "server-failed", message: /have 3 numbers, and those of nomic-embed-text-v1\.5 had 2 before/ });
  });

  it("need a model's name where the server tells none", async () => {
    server.json("GET /v1/models", { data: [] });
    await assert.rejects(create().info(), { code: "bad-setting" });
  });
});
