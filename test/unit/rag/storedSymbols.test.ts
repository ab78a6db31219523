import assert from "node:assert/strict";
import { throwingLog } from "../../../src/common/log";
import { IndexStore } from "../../../src/rag/indexStore";
import { hashText, splitLines } from "../../../src/rag/sourceText";
import { grammars, noEmbeddings, temporaryFolder, workspace } from "./workspace";

const notebook = JSON.stringify({ cells: [{ cell_type: "code", outputs: [{ text: "noisyOutput" }], source: ["def load_rows(path):\n", "    return []\n"] }], metadata: {}, nbformat: 4 }, null, 1);

describe("symbols, map and notebooks of a saved index", () => {
  it("are the same after it is loaded again", async () => {
    const root = workspace({
      "src/store.ts": "/** Keeps. */\nexport class SessionStore {\n  @log\n  openSession(id: string): void {}\n}\n",
      ...Object.fromEntries([1, 2, 3].map((i) => [`src/use${i}.ts`, `export const value${i} = new SessionStore();\n`])),
      "a.ipynb": notebook,
    });
    const config = { roots: [{ path: root, name: "root" }], storage: temporaryFolder(), exclude: [] };
    const seen: unknown[] = [];
    for (let round = 0; round < 2; round++) {
      const store = new IndexStore({ config, grammars, embeddings: noEmbeddings, log: throwingLog });
      await store.open();
      if (round === 0) await store.update();
      const [method] = await store.symbols({ text: "opensession", limit: 1 });
      const [central] = await store.map(1);
      const [cell] = await store.retrieve({ text: "load_rows", limit: 1 });
      seen.push({ method, central, cell });
      assert.deepEqual(method, { path: "src/store.ts", startLine: 4, endLine: 4, name: "openSession", symbol: "SessionStore > openSession", signature: "openSession(id: string): void {}", match: "exact" });
      assert.deepEqual([central?.path, central?.signatures], ["src/store.ts", ["export class SessionStore {"]]);
      assert.deepEqual([cell?.path, cell?.text, cell?.language], ["a.ipynb", "def load_rows(path):\n    return []", "python"]);
      assert.match(splitLines(notebook)[(cell?.startLine ?? 0) - 1] ?? "", /def load_rows/);
      const range = { path: "a.ipynb", startLine: cell?.startLine ?? 0, endLine: cell?.endLine ?? 0, hash: hashText(cell?.text ?? "") };
      assert.deepEqual(await store.checkCitations([range, { ...range, hash: hashText("other") }]), ["fresh", "stale"]);
      await store.close();
    }
    assert.deepEqual(seen[0], seen[1]);
  });
});
