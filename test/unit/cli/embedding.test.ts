import assert from "node:assert/strict";
import { reportBriefUpdate } from "../../../src/cli/answer";
import type { CliEvent } from "../../../src/cli/events";
import { FakeIndex, summary } from "./fakeIndex";
import { FakeCli } from "./fakes";

describe("an index that makes vectors", () => {
  const embedded = { ...summary, embedded: 3 };

  it("is waited for by hearth index, with its progress", async () => {
    const cli = new FakeCli();
    cli.index.embeds = true;
    cli.onOut = (text) => {
      if (!text.includes('"embedding"')) return;
      assert.equal(cli.index.disposed, false);
      setImmediate(() => cli.index.settle({ kind: "ready", summary: embedded }));
    };
    const { code, rows } = await cli.run("index", "--json", "--embedding-model", "e.gguf");
    assert.deepEqual(rows.map((row) => row["phase"] ?? row["type"]), ["indexing", "embedding", "summary"]);
    assert.deepEqual([code, rows.at(-1)?.["embedded"]], [0, 3]);
  });

  for (const [what, counts, waits] of [
    ["until all files are cut by their syntax", [40, 12, 0], true],
    ["no longer for files that stay cut by lines", [40, 12, 12], true],
    ["not for what another process does", [40], false],
  ] as const) {
    it(`is waited for by hearth index ${what}`, async () => {
      const cli = new FakeCli();
      cli.index.embeds = true;
      setTimeout(() => {
        for (const coarse of counts) cli.index.settle({ kind: "ready", summary: { ...summary, coarse, ...(!waits && { unsaved: "other-writer" as const }) } });
      }, 20);
      const { code, rows } = await cli.run("index", "--json");
      assert.deepEqual([code, rows.at(-1)?.["coarse"]], [0, counts.at(-1)]);
    });
  }

  it("fails hearth index when it fails", async () => {
    const cli = new FakeCli();
    cli.index.embeds = true;
    setTimeout(() => cli.index.settle({ kind: "failed", error: { name: "HearthError", code: "index-failed", message: "It ended." } }), 20);
    const { code, rows } = await cli.run("index", "--json");
    assert.deepEqual([code, rows.at(-1)?.["code"]], [1, "index-failed"]);
  });

  it("is left by Ctrl+C", async () => {
    const cli = new FakeCli();
    cli.index.embeds = true;
    setTimeout(() => cli.stop.abort(), 20);
    assert.equal((await cli.run("index")).code, 130);
  });

  it("holds a question up for a while only, and says what is missing", async () => {
    const index = new FakeIndex();
    index.embeds = true;
    const events: CliEvent[] = [];
    await reportBriefUpdate(index, { report: (event) => events.push(event) }, new AbortController().signal, 10);
    assert.deepEqual(events.at(-1), { type: "notice", text: "2 chunks have no vector yet and are found by words alone; hearth index makes them all." });
  });

  it("tells of a model that cannot be used, with its remedy and exit code", async () => {
    const cli = new FakeCli();
    cli.index.summary = { ...summary, embeddingError: { name: "HearthError", code: "model-not-found", message: "There is no e.gguf.", remedy: "Give its path." } };
    const { code, out } = await cli.run("index", "--embedding-model", "e.gguf");
    assert.equal(code, 3);
    assert.match(out, /\nNo vectors were made, so search goes by words alone\. There is no e\.gguf\. Give its path\.\n$/);
    assert.match((await cli.run("search", "where")).err, /There is no e\.gguf/);
    assert.equal((await cli.run("ask", "where")).code, 0);
  });

  it("says when nothing was saved", async () => {
    const cli = new FakeCli();
    cli.index.summary = { ...summary, unsaved: "other-writer" };
    assert.match((await cli.run("index")).out, /\nNot saved: another process is writing this index\./);
    assert.equal((await cli.run("index", "--json")).rows.at(-1)?.["unsaved"], "other-writer");
  });
});
