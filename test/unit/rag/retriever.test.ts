import assert from "node:assert/strict";
import { throwingLog } from "../../../src/common/log";
import { IndexStore } from "../../../src/rag/indexStore";
import { grammars, noEmbeddings, temporaryFolder, workspace, write } from "./workspace";

describe("retriever", () => {
  const open = new Set<IndexStore>();

  afterEach(async () => {
    await Promise.all([...open].map((store) => store.close()));
    open.clear();
  });

  async function indexed(root: string): Promise<IndexStore> {
    const store = new IndexStore({ config: { roots: [{ path: root, name: "root" }], storage: temporaryFolder(), exclude: [] }, grammars, embeddings: noEmbeddings, log: throwingLog });
    open.add(store);
    await store.open();
    await store.update();
    return store;
  }

  const tree = {
    "src/socket.ts": "/** Keeps a connection open. */\nexport class Socket {\n  closeQuietly(): void {\n    return undefined;\n  }\n}\n",
    "src/parser.ts": "export function parseHeader(line: string): string {\n  return line.trim();\n}\n",
  };

  it("hands out chunks with their symbol, signature and hash, and scores only when asked", async () => {
    const store = await indexed(workspace(tree));
    const [plain] = await store.retrieve({ text: "parse a header", limit: 3 });
    assert.ok(plain);
    const { hash, score, text, scores, ...rest } = plain;
    assert.deepEqual(rest, { path: "src/parser.ts", startLine: 1, endLine: 3, language: "typescript", symbol: "parseHeader", signature: "export function parseHeader(line: string): string {" });
    assert.match(hash, /^[\da-f]{64}$/);
    assert.equal(scores, undefined);
    const [explained] = await store.retrieve({ text: "parse a header", limit: 3, explain: true });
    assert.deepEqual([explained?.text, explained?.score], [text, score]);
    const sum = Object.values(explained?.scores ?? {}).reduce((total, share) => total + share, 0);
    assert.ok(Math.abs(sum - score) < 1e-9 && sum > 0);
  });

  it("answers a follow-up with what was asked before", async () => {
    const store = await indexed(workspace(tree));
    const paths = async (text: string, earlier: readonly string[]) => (await store.retrieve({ text, limit: 3, earlier })).map(({ path }) => path);
    assert.deepEqual(await paths("why?", []), []);
    assert.deepEqual(await paths("why?", ["how are connections closed"]), ["src/socket.ts"]);
    assert.deepEqual(await paths("and the header", ["how are connections closed"]), ["src/parser.ts"]);
  });

  it("reads the lines as they are now", async () => {
    const root = workspace(tree);
    const store = await indexed(root);
    write(root, { "src/parser.ts": "export function parseHeader(line: string): string {\n  return line;\n}\n" });
    const [chunk] = await store.retrieve({ text: "parseHeader", limit: 1 });
    assert.match(chunk?.text ?? "", /return line;/);
  });
});
