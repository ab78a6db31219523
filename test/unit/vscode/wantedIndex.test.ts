import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { applySettings } from "../../../src/vscode/applySettings";
import { readSettings } from "../../../src/vscode/settings";
import { wantedIndex } from "../../../src/vscode/wantedIndex";

const place = { roots: [{ path: "/code", name: "code" }], storage: "/storage" };

function wanted(set: Readonly<Record<string, unknown>> = {}, isTrusted = true) {
  return wantedIndex(readSettings((name) => set[name]).settings, place, isTrusted);
}

describe("the index that the settings ask for", () => {
  it("is none without a folder or when it is off", () => {
    assert.equal(wantedIndex(readSettings(() => undefined).settings, undefined, true), undefined);
    assert.equal(wanted({ "index.enabled": false }), undefined);
  });

  it("is another one when one of the folders leaves out other files", () => {
    const { settings } = readSettings(() => undefined);
    const key = (exclude: readonly string[]) => wantedIndex(settings, { ...place, roots: [...place.roots, { path: "/lib", name: "lib", exclude }] }, true)?.key;
    assert.notEqual(key(["a"]), key(["b"]));
    assert.equal(key(["a"]), key(["a"]));
  });

  it("runs git in a trusted workspace only, and is another one once it is trusted", () => {
    assert.equal(wanted({}, true)?.config.useGit, true);
    assert.equal(wanted({}, false)?.config.useGit, false);
    assert.notEqual(wanted({}, true)?.key, wanted({}, false)?.key);
  });

  const other: readonly [string, Readonly<Record<string, unknown>>, boolean][] = [
    ["another embedding model", { embeddingModel: "/m/b.gguf" }, true],
    ["no embedding model any more", {}, true],
    ["other folders of models", { embeddingModel: "/m/a.gguf", modelDirectories: ["/n"] }, true],
    ["other excluded files", { embeddingModel: "/m/a.gguf", "index.exclude": ["x"] }, true],
    ["exact vectors", { embeddingModel: "/m/a.gguf", "index.vectorPrecision": "f32" }, true],
    ["shorter vectors", { embeddingModel: "/m/a.gguf", "index.vectorDimensions": 256 }, true],
    ["work on battery", { embeddingModel: "/m/a.gguf", "index.restOnBattery": false }, true],
    ["a server that makes the vectors", { embeddingModel: "/m/a.gguf", "embeddingServer.url": "http://gpu-box/v1" }, true],
    ["a server that answers", { embeddingModel: "/m/a.gguf", "server.url": "http://gpu-box/v1" }, false],
    ["another temperature", { embeddingModel: "/m/a.gguf", temperature: 1 }, false],
  ];
  for (const [name, set, differs] of other) {
    it(`${name}: ${differs ? "configured anew" : "stays"}`, () => assert.equal(wanted(set)?.key !== wanted({ embeddingModel: "/m/a.gguf" })?.key, differs));
  }
});

describe("changed settings", () => {
  for (const outcome of ["taken", "refused"] as const) {
    it(`reach the index after the engine has ${outcome} them`, async () => {
      const order: string[] = [];
      const engine = async () => {
        await nextTurn();
        order.push("engine");
        if (outcome === "refused") throw new Error("no");
      };
      await applySettings(engine, () => order.push("index")).catch(() => order.push("told"));
      assert.deepEqual(order.slice(0, 2), ["engine", "index"]);
      assert.equal(order.includes("told"), outcome === "refused");
    });
  }
});
