import assert from "node:assert/strict";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describeError } from "../../../src/common/errors";
import { silentLog } from "../../../src/common/log";
import { catalogEntry } from "../../../src/engine/catalog";
import { chooseModel } from "../../../src/engine/chooseModel";
import { EngineHost } from "../../../src/engine/engineHost";
import { NativeLlama } from "../../../src/engine/llama";
import { bundledFolder } from "../../../src/engine/modelFile";
import { testModel } from "../../fixtures/models";
import { temporaryFolder } from "./temporaryFolder";
import { lentLlama, testConfig } from "./testRuntime";

const never = new AbortController().signal;
const ember = catalogEntry("ember")!;
const phi3 = catalogEntry("phi3-mini")!;
const notFound = { code: "model-not-found" };

describe("the chat model that is loaded", () => {
  const folder = temporaryFolder();
  const bundled = () => path.join(folder(), bundledFolder);
  const choose = (model: string, given: { readonly standIn?: false } = {}) => chooseModel({ model, ...given }, [folder(), bundled()]);

  beforeEach(async () => {
    await mkdir(bundled());
    await writeFile(path.join(bundled(), ember.file), "x");
  });

  it("is the one that is set, where it is there", async () => {
    await writeFile(path.join(folder(), phi3.file), "x");
    assert.deepEqual(await choose("phi3-mini"), { id: "phi3-mini", file: path.join(folder(), phi3.file), entry: phi3 });
    assert.deepEqual(await choose("ember"), { id: "ember", file: path.join(bundled(), ember.file), entry: ember });
  });

  it("is the one that comes with Hearth, where a model of the catalog is not downloaded", async () => {
    assert.deepEqual(await choose("phi3-mini"), { id: "ember", file: path.join(bundled(), ember.file), entry: ember, standsInFor: "phi3-mini" });
  });

  it("is not another one than a path names, and none where a server is to answer", async () => {
    await assert.rejects(choose(path.join(folder(), "mine.gguf")), notFound);
    await assert.rejects(choose("phi3-mini", { standIn: false }), notFound);
    await assert.rejects(choose("coderank-137m"), { code: "bad-setting" });
  });

  it("names no folder of Hearth's own where it says where it looked", async () => {
    const error = await chooseModel({ model: "phi3-mini" }, [folder(), "/nowhere"]).then(() => undefined, (reason: unknown) => describeError(reason));
    assert.ok(error?.includes(folder()) && !error.includes(bundledFolder), error);
  });
});

describe("a model that stands in for another (random weights)", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const native = new NativeLlama(() => undefined);
  after(() => native.dispose());

  it("gives way to it as soon as that has come", async () => {
    const bundled = path.join(folder(), bundledFolder);
    await mkdir(bundled);
    const file = await testModel("phi3");
    await copyFile(file, path.join(bundled, ember.file));
    const host = new EngineHost(lentLlama(native), silentLog);
    const unloaded: string[] = [];
    host.onUnloaded(({ model }) => unloaded.push(model));
    try {
      host.configure(testConfig("phi3-mini", { modelDirectories: [folder(), bundled] }));
      const first = await host.load(never);
      assert.deepEqual([first.id, first.standsInFor, first.defaults.answersOnly], ["ember", "phi3-mini", true]);
      await host.replaceStandIn();
      assert.equal((await host.load(never)).id, "ember", "it is still missing");
      await copyFile(file, path.join(folder(), phi3.file));
      await host.replaceStandIn();
      assert.deepEqual(unloaded, ["phi3-mini"]);
      const then = await host.load(never);
      assert.deepEqual([then.id, then.standsInFor], ["phi3-mini", undefined]);
    } finally {
      await host.dispose();
    }
  });
});
