import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { checkServer } from "../../../../src/vscode/servers/serverCheck";
import { serverModels } from "../../../../src/vscode/servers/serverModels";

describe("the check of a server", () => {
  let server: Server;
  let url: string;
  let owner = "";
  const asked: (string | undefined)[] = [];

  before(async () => {
    server = createServer((request, response) => {
      asked.push(request.headers.authorization);
      const isList = request.url === "/v1/models";
      const isKnown = request.headers.authorization === "Bearer right";
      response.writeHead(!isKnown ? 401 : isList ? 200 : 404, { "content-type": "application/json" });
      response.end(isKnown && isList ? JSON.stringify({ data: [{ id: "qwen", max_model_len: 32_768, owned_by: owner }, { id: "other" }] }) : "{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  });
  after(() => new Promise((resolve) => server.close(resolve)));

  const config = (part: { url?: string; model?: string } = {}) => ({ url, model: "", contextSize: 0, silenceSeconds: 300, ...part });

  it("lists the models, with their context where it is told", async () => {
    assert.deepEqual(await serverModels(url, "right"), [{ id: "qwen", contextSize: 32_768 }, { id: "other" }]);
  });

  it("says that the model is there, by its name or as the first, with its context", async () => {
    const times = [10, 22];
    const check = await checkServer("chat", config({ model: "qwen" }), "right", () => times.shift() ?? 0);
    const { host } = new URL(url);
    assert.deepEqual([check.kind, check.message], ["fine", `qwen on ${host} is there, with a context of 32,768 tokens: it answered in 12 ms.`]);
    assert.match((await checkServer("chat", config(), "right")).message, /^qwen on /);
    assert.match((await checkServer("embedding", config({ model: "nomic" }), "right")).message, /^nomic on \S+ is there: it answered in \d+ ms\.$/);
  });

  it("names what is there where the model is not", async () => {
    owner = "vllm";
    const check = await checkServer("chat", config({ model: "llama" }), "right");
    assert.ok(check.kind === "amiss");
    assert.equal(check.code, "server-model-missing");
    assert.match(check.message, /"llama".*qwen, other\.$/);
  });

  const amiss: readonly [what: string, key: string | undefined, path: string, code: string][] = [
    ["a key that is missing", undefined, "/v1", "server-refused"],
    ["a key that is wrong", "wrong", "/v1", "server-refused"],
    ["another API", "right", "/elsewhere", "server-failed"],
  ];
  for (const [what, key, path, code] of amiss) {
    it(`tells ${what}, and not the key`, async () => {
      const check = await checkServer("chat", config({ url: new URL(path, url).href }), key);
      assert.ok(check.kind === "amiss");
      assert.equal(check.code, code);
      assert.doesNotMatch(check.message, /wrong|right/);
    });
  }

  it("tells that nobody is there", async () => {
    const check = await checkServer("chat", config({ url: "http://127.0.0.1:1/v1" }), "right");
    assert.ok(check.kind === "amiss");
    assert.equal(check.code, "server-unreachable");
  });
});
