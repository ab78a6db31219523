import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import { EmbeddingRig, NotingEmbeddings } from "./embeddingRig";
import { noEmbeddings } from "./workspace";

const files = { "a.ts": ["red fox", "blue whale"], "b.ts": ["green parrot"], "c.ts": ["grey wolf", "white bear", "black cat"] };

describe("embedder", () => {
  it("finds by meaning, in this process and the next one, and embeds nothing twice", async () => {
    const rig = new EmbeddingRig(files);
    const model = new NotingEmbeddings("m", 32, { bird: "parrot" });
    const first = rig.embedder(model);
    await first.run(rig.pass());
    assert.deepEqual([first.count, model.documents.length], [6, 6]);
    const second = rig.embedder(model);
    await second.run(rig.pass());
    assert.deepEqual([second.count, model.documents.length], [6, 6]);
    for (const embedder of [first, second]) assert.equal((await rig.found(embedder, "bird"))[0], "b.ts:1");
    assert.deepEqual(rig.reads, ["a.ts", "b.ts", "c.ts"], "each file is read once");
  });

  it("tells how many of all chunks are done", async () => {
    const rig = new EmbeddingRig(files);
    await rig.embedder(new NotingEmbeddings()).run(rig.pass());
    assert.deepEqual(rig.progress, [[0, 6]]);
    rig.put("d.ts", ["yellow bee"]);
    await rig.embedder(new NotingEmbeddings()).run(rig.pass());
    assert.deepEqual(rig.progress.at(-1), [6, 7]);
  });

  it("begins with open files, then goes by what was worked on", async () => {
    const rig = new EmbeddingRig({ "a.ts": ["a"], "b.ts": ["b"], "c.ts": ["c"], "d.ts": ["d"] });
    const model = new NotingEmbeddings();
    await rig.embedder(model).run(rig.pass({ openFiles: () => ["d.ts", "b.ts"], recency: () => new Map([["c.ts", 1]]) }));
    assert.deepEqual(model.paths, ["d.ts", "b.ts", "c.ts", "a.ts"]);
  });

  it("embeds a text once, wherever it stands, and a file that was moved not at all", async () => {
    const rig = new EmbeddingRig({ "a.ts": ["red fox", "red fox"], "copy/a.ts": ["red fox"], "b.ts": ["green parrot"] });
    const model = new NotingEmbeddings();
    const embedder = rig.embedder(model);
    await embedder.run(rig.pass());
    assert.equal(model.documents.length, 2);
    assert.deepEqual((await rig.found(embedder, "red fox")).toSorted(), ["a.ts:1", "a.ts:2", "copy/a.ts:1"]);
    rig.corpus.remove("b.ts");
    rig.put("moved.ts", ["green parrot"]);
    await embedder.run(rig.pass());
    assert.equal(model.documents.length, 2);
    assert.equal((await rig.found(embedder, "green parrot"))[0], "moved.ts:1");
    assert.equal(embedder.countIn("b.ts"), 0);
  });

  it("goes on where it was stopped", async () => {
    const rig = new EmbeddingRig(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${i}.ts`, [`text number${i}`]])));
    const model = new NotingEmbeddings();
    const stop = new AbortController();
    model.before = async () => {
      if (model.batches.length === 1) stop.abort(new Error("closed"));
      await nextTurn();
    };
    await assert.rejects(rig.embedder(model).run(rig.pass({ signal: stop.signal })), /closed/);
    const [done = 0] = model.batches;
    assert.ok(done > 0 && done < 40, String(done));
    const next = new NotingEmbeddings();
    const embedder = rig.embedder(next);
    await embedder.run(rig.pass());
    assert.deepEqual([next.documents.length, embedder.count], [40 - done, 40]);
  });

  it("takes up what changed in the middle of a pass", async () => {
    const rig = new EmbeddingRig(files);
    const model = new NotingEmbeddings();
    model.before = () => {
      if (model.batches.length === 0) rig.put("b.ts", ["purple parrot"]);
      return Promise.resolve();
    };
    const embedder = rig.embedder(model);
    await embedder.run(rig.pass());
    assert.equal(embedder.count, 6);
    assert.equal((await rig.found(embedder, "purple"))[0], "b.ts:1");
  });

  it("leaves chunks that wait for their syntax until they have it", async () => {
    const rig = new EmbeddingRig(files);
    rig.put("b.ts", ["green parrot"], true);
    const model = new NotingEmbeddings();
    const embedder = rig.embedder(model);
    await embedder.run(rig.pass());
    assert.deepEqual([embedder.count, model.paths.includes("b.ts")], [5, false]);
    rig.put("b.ts", ["green parrot"]);
    await embedder.run(rig.pass());
    assert.equal(embedder.count, 6);
  });

  it("asks once for a text without a vector", async () => {
    const rig = new EmbeddingRig({ "a.ts": ["red fox", "12345 67890"] });
    const model = new NotingEmbeddings();
    // The header names the path, which has letters: a vector of zeros takes a model that gives one.
    model.embed = (texts) => {
      model.documents.push(...texts);
      return Promise.resolve(texts.map((text) => (text.includes("12345") ? new Float32Array(32) : new Float32Array(32).fill(1))));
    };
    const embedder = rig.embedder(model);
    await embedder.run(rig.pass());
    rig.revision++;
    await embedder.run(rig.pass());
    assert.deepEqual([embedder.count, model.documents.length], [1, 2]);
  });

  it("makes batches that end soon", async () => {
    const rig = new EmbeddingRig({ "a.ts": Array.from({ length: 12 }, (_, i) => `word${i} ${"long text ".repeat(40)}`) });
    const model = new NotingEmbeddings();
    model.before = () => delay(900);
    await rig.embedder(model).run(rig.pass({ onProgress: (done) => done > 0 && (model.before = () => Promise.resolve()) }));
    // 2,000 characters at first, of which the model then took more than the 0.7 s that a batch may last.
    assert.ok(model.batches[0]! <= 6 && model.batches[1]! < model.batches[0]!, JSON.stringify(model.batches));
  }).timeout(10_000);

  it("cuts the vectors of models that allow it", async () => {
    const rig = new EmbeddingRig(files);
    const model = new NotingEmbeddings("m", 64);
    model.leastDimensions = 16;
    const embedder = rig.embedder(model, { vectorDimensions: 24 });
    await embedder.run(rig.pass());
    assert.equal((await embedder.open())?.store.dimensions, 24);
    assert.equal((await rig.found(embedder, "blue whale"))[0], "a.ts:2");
    assert.match(readdirSync(rig.folder)[0] ?? "", /^m-24-int8/);
  });

  it("embeds nothing again for shorter or rounded vectors, and all of it for longer ones", async () => {
    const rig = new EmbeddingRig(files);
    const model = new NotingEmbeddings("m", 64);
    model.leastDimensions = 16;
    const counts: number[] = [];
    for (const config of [{ vectorPrecision: "f32" }, { vectorPrecision: "f32", vectorDimensions: 32 }, { vectorPrecision: "int8", vectorDimensions: 32 }, { vectorPrecision: "int8" }] as const) {
      const embedder = rig.embedder(model, config);
      await embedder.run(rig.pass());
      assert.equal((await rig.found(embedder, "black cat"))[0], "c.ts:3");
      counts.push(model.documents.length);
      assert.equal(readdirSync(rig.folder).length, 1, "one kind of vectors is kept");
    }
    assert.deepEqual(counts, [6, 6, 6, 12]);
  });

  it("embeds all again with another model", async () => {
    const rig = new EmbeddingRig(files);
    for (const hash of ["m", "n"]) {
      const model = new NotingEmbeddings(hash);
      const embedder = rig.embedder(model);
      await embedder.run(rig.pass());
      assert.deepEqual([embedder.count, model.documents.length], [6, 6]);
    }
    assert.deepEqual(readdirSync(rig.folder).map((name) => name.slice(0, 2)), ["n-"]);
  });

  it("writes nothing once another process is the writer", async () => {
    const rig = new EmbeddingRig(files);
    const model = new NotingEmbeddings();
    model.before = () => {
      rig.mayWrite = false;
      return Promise.resolve();
    };
    await rig.embedder(model).run(rig.pass());
    assert.equal(existsSync(rig.folder), false);
  });

  it("loads and makes nothing without a model", async () => {
    const rig = new EmbeddingRig(files);
    const embedder = rig.embedder(noEmbeddings);
    await embedder.run(rig.pass());
    assert.deepEqual([await rig.found(embedder, "red"), embedder.count, existsSync(rig.folder), rig.reads], [[], 0, false, []]);
  });

  it("follows what another process has written", async () => {
    const rig = new EmbeddingRig(files);
    const [writer, reader] = [rig.embedder(new NotingEmbeddings()), rig.embedder(new NotingEmbeddings())];
    const { signal } = new AbortController();
    await reader.follow(signal);
    assert.equal(reader.count, 0);
    await writer.run(rig.pass());
    await reader.follow(signal);
    assert.equal(reader.count, 6);
  });

  it("loses nothing when two processes write by turns", async () => {
    const rig = new EmbeddingRig(files);
    const models = [new NotingEmbeddings(), new NotingEmbeddings()];
    const embedders = models.map((model) => rig.embedder(model));
    for (let turn = 0; turn < 6; turn++) {
      rig.put("new.ts", [`fresh words ${turn}`, "words that stay"]);
      await embedders[turn % 2]!.run(rig.pass());
      assert.equal(embedders[turn % 2]!.count, 8);
    }
    const asked = models.flatMap(({ documents }) => documents);
    assert.equal(asked.length, new Set(asked).size, "nothing was embedded twice");
  });

  it("keeps what was not written yet when another process wrote in between", async () => {
    const rig = new EmbeddingRig(files);
    const [slow, quick] = [new NotingEmbeddings(), new NotingEmbeddings()];
    const embedder = rig.embedder(slow);
    slow.before = async () => {
      if (slow.batches.length > 0) return;
      rig.mayWrite = false;
      await rig.embedder(quick).run(rig.pass({ mayWrite: () => Promise.resolve(true) }));
    };
    await embedder.run(rig.pass());
    rig.mayWrite = true;
    await embedder.run(rig.pass());
    assert.deepEqual([embedder.count, slow.documents.length], [6, 6]);
    const third = rig.embedder(new NotingEmbeddings());
    await third.open();
    assert.equal(third.count, 6);
  });
});
