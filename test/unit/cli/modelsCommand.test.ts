import assert from "node:assert/strict";
import { abortError, HearthError } from "../../../src/common/errors";
import type { FitReport } from "../../../src/engine/modelReports";
import { FakeCli, fitReport } from "./fakes";

describe("the chosen row of hearth models", () => {
  for (const model of ["phi3-mini", "/models/phi3.gguf", "phi3.gguf"]) {
    it(`is the one that --model ${model} means`, async () => {
      const { rows } = await new FakeCli().run("models", "--json", "--model", model);
      assert.deepEqual(rows.map(({ id, chosen }) => [id, chosen]), [["phi3-mini", true], ["other", false]]);
      assert.match((await new FakeCli().run("models", "--model", model)).out, /^\* phi3-mini/m);
    });
  }

  it("is none for a file that is not listed", async () => {
    const { rows } = await new FakeCli().run("models", "--json", "--model", "/elsewhere/phi3.gguf");
    assert.deepEqual(rows.map(({ chosen }) => chosen), [false, false]);
  });
});

const tight: FitReport = {
  ...fitReport,
  verdict: { kind: "fitsWithContext", contextSize: 2048, gpuLayers: 0 },
  setting: { key: "contextSize", value: 2048 },
  summary: "Does not fit: it needs 9.1 GB of memory (6.0 GB can be used). It fits with a context of 2048 tokens instead of 4096, for 5.8 GB of memory.",
  embedding: { ram: 2e8, vram: 0 },
};

describe("hearth models fit", () => {
  it("asks about the model that is named, or the configured one", async () => {
    const cli = new FakeCli();
    await cli.run("models", "fit", "other", "--context-size", "1024");
    await cli.run("models", "fit");
    assert.deepEqual(cli.engine.fitRequests, [{ model: "other" }, {}]);
    assert.equal(cli.setups[0]?.engine?.contextSize, 1024);
  });

  const verdicts: readonly [what: string, report: FitReport, code: number][] = [
    ["fits", fitReport, 0],
    ["fits with the layers that the machine chooses", { ...fitReport, verdict: { kind: "fitsWithLayers", gpuLayers: 3 } }, 0],
    ["fits with fewer layers than were asked for", { ...fitReport, verdict: { kind: "fitsWithLayers", gpuLayers: 3 }, setting: { key: "gpuLayers", value: 3 } }, 4],
    ["fits with a smaller context", tight, 4],
    ["does not fit", { ...fitReport, verdict: { kind: "doesNotFit" } }, 4],
  ];
  for (const [what, report, code] of verdicts) {
    it(`exits with ${code} for a model that ${what}`, async () => {
      const cli = new FakeCli();
      cli.engine.fitReport = report;
      assert.equal((await cli.run("models", "fit")).code, code);
    });
  }

  it("prints a table and the verdict, in 80 columns", async () => {
    const cli = new FakeCli();
    cli.engine.fitReport = tight;
    const { out } = await cli.run("models", "fit");
    assert.equal(
      out,
      `phi3-mini, 4096 tokens of context, 2 conversations at once

  weights                2.30 GB
  KV cache               3.00 GB
  compute buffers       200.0 MB
  embedding model       200.0 MB
  in all                 5.50 GB
  can be used            8.00 GB

Does not fit: it needs 9.1 GB of memory (6.0 GB can be used). It fits with a
context of 2048 tokens instead of 4096, for 5.8 GB of memory.
Set --context-size 2048, or hearth.contextSize in the editor.
`,
    );
  });

  it("says that the model was trained on a shorter context than was asked for", async () => {
    const cli = new FakeCli();
    cli.engine.fitReport = { ...fitReport, askedContextSize: 16_384 };
    const { out } = await cli.run("models", "fit");
    assert.match(out.replaceAll("\n", " "), /^phi3-mini, 4096 tokens of context \(16384 were asked for, but the model was trained on no more\), 2 conversations/);
  });

  it("has a column for the GPU where there is one", async () => {
    const cli = new FakeCli();
    cli.engine.fitReport = { ...fitReport, device: "cuda", weights: { ram: 0, vram: 2.3e9 } };
    const { out } = await cli.run("models", "fit");
    assert.match(out, /\n +memory +GPU's memory\n {2}weights +- +2\.30 GB\n/);
  });

  it("prints the report as JSON, with null for what it lacks", async () => {
    const { rows } = await new FakeCli().run("models", "fit", "--json");
    assert.deepEqual(rows, [{ type: "fit", ...fitReport, askedContextSize: null, setting: null, embedding: null }]);
  });

  it("tells an error", async () => {
    const cli = new FakeCli();
    cli.engine.problem = new HearthError("bad-setting", "e.gguf is an embedding model: it cannot answer.");
    const { code, err } = await cli.run("models", "fit", "e.gguf");
    assert.equal(code, 2);
    assert.match(err, /embedding model/);
  });
});

describe("hearth models inspect", () => {
  it("prints what the file holds, in 80 columns", async () => {
    const { code, out } = await new FakeCli().run("models", "inspect", "/models/phi3.gguf");
    assert.equal(code, 0);
    assert.match(out, /^\/models\/phi3\.gguf\n {2}name {12}Phi3\n {2}kind {12}chat model\n/);
    for (const line of ["parameters      3.82 billion", "quantisation    Q4_K_M", "size            2.39 GB", "context         4096 tokens, as trained", "prompt format   phi3: The file's template is Phi-3's.", "4096       4.00 GB"]) {
      assert.ok(out.includes(line), line);
    }
    assert.ok(out.split("\n").every((line) => line.length <= 80));
  });

  it("prints JSON with the whole template", async () => {
    const { rows } = await new FakeCli().run("models", "--json", "inspect", "/models/phi3.gguf");
    assert.deepEqual([rows.length, rows[0]?.["type"], rows[0]?.["template"]], [1, "inspect", "{% for message in messages %}"]);
  });

  it("prints no control characters of a file", async () => {
    const { out } = await new FakeCli().run("models", "inspect", "/models/\u001b[2Jx.gguf");
    assert.ok(!out.includes("\u001b"));
  });
});

describe("hearth models", () => {
  it("has the fit of each row, and lists models all the same when that is not known", async () => {
    const { rows } = await new FakeCli().run("models", "--json");
    assert.deepEqual(rows.map(({ fit }) => (fit as FitReport).model), ["phi3-mini", "other"]);
    const cli = new FakeCli();
    cli.engine.problem = new HearthError("model-load-failed", "No library.");
    const without = await cli.run("models", "--json");
    assert.deepEqual([without.code, without.rows.map(({ fit }) => fit)], [0, [null, null]]);
  });

  it("fails over a setting that cannot be", async () => {
    const cli = new FakeCli();
    cli.engine.problem = new HearthError("bad-setting", "It needs flash attention.");
    assert.equal((await cli.run("models", "--json")).code, 2);
  });

  it("keeps within 80 columns", async () => {
    const cli = new FakeCli();
    cli.engine.fitReport = tight;
    const { out } = await cli.run("models");
    assert.ok(out.split("\n").every((line) => line.length <= 80), out);
  });

  it("pauses a download at Ctrl+C and says how to go on", async () => {
    const cli = new FakeCli();
    cli.engine.download = async function* () {
      yield await Promise.resolve({ receivedBytes: 5, totalBytes: 10, phase: "download" as const });
      cli.stop.abort();
      throw abortError();
    };
    const { code, out, err } = await cli.run("models", "download", "other");
    assert.deepEqual([code, out], [130, ""]);
    assert.match(err, /^The download is paused: .* the same command goes on from there\.$/m);
  });

  it("downloads with a command of its own, too", async () => {
    const { code, rows } = await new FakeCli().run("models", "download", "other", "--json");
    assert.deepEqual([code, rows.map((row) => row["type"])], [0, ["download", "download", "downloaded"]]);
    assert.equal((await new FakeCli().run("models", "download", "broken")).code, 1);
    assert.equal((await new FakeCli().run("models", "download")).code, 2);
  });
});
