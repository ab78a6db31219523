import assert from "node:assert/strict";
import { serializeError } from "../../../src/common/errors";
import type { Turn } from "../../../src/chat/types";
import { resolveModel } from "../../../src/engine/modelFile";
import type { EngineState, ModelInfo, Sampling, StopReason } from "../../../src/engine/ports";
import type { IndexStatus } from "../../../src/rag/ports";
import { errorActions } from "../../../src/vscode/errorActions";
import { statusText, statusTooltip } from "../../../src/vscode/statusText";
import { samplerLabel, toViewIndex, toViewModel, toViewTurn } from "../../../src/vscode/viewModel";
import type { ViewIndexState, ViewModelState } from "../../../src/webview/protocol";
import { finished, turn } from "./fakes";

const sampling: Sampling = { sampler: "top-p", temperature: 0.7, topK: 40, topP: 0.95, minP: 0, repeatPenalty: 1 };
const error = { name: "HearthError", message: "No file.", code: "model-not-found", remedy: "Type hearth models." } as const;

describe("a turn's view", () => {
  it("carries question, attachments without their text, citations and stats", () => {
    const view = toViewTurn(
      finished(
        turn({
          question: { text: "Why?", attachments: [{ path: "a.ts", startLine: 1, endLine: 2, language: "typescript", text: "secret" }] },
          citations: [{ path: "b.ts", startLine: 3, endLine: 4, hash: "00" }],
        }),
        "Because.",
      ),
      "phi3-mini",
      ["A note."],
    );
    assert.deepEqual(view.attachments, [{ path: "a.ts", startLine: 1, endLine: 2, language: "typescript" }]);
    assert.deepEqual(view.citations, [{ path: "b.ts", startLine: 3, endLine: 4 }]);
    assert.deepEqual([view.question, view.answer, view.notices], ["Why?", "Because.", ["A note."]]);
    assert.ok(view.status.kind === "done");
    assert.equal(view.status.stats.model, "phi3-mini (0123456789ab)");
    assert.equal(view.status.stats.stopReason, "end");
  });

  const reasons: readonly [StopReason, string][] = [
    ["endOfTurn", "end"],
    ["stopText", "end"],
    ["maxTokens", "maxTokens"],
    ["aborted", "stopped"],
    ["contextFull", "contextFull"],
    ["modelChanged", "modelChanged"],
  ];
  for (const [reason, shown] of reasons) {
    it(`tells the stop reason ${reason} as ${shown}`, () => {
      const { status } = toViewTurn(finished(turn(), "", reason), "phi3-mini");
      assert.ok(status.kind === "done");
      assert.equal(status.stats.stopReason, shown);
    });
  }

  it("offers the remedies of a failure", () => {
    const failed: Turn = turn({ status: { kind: "failed", error: { name: "HearthError", message: "It died.", code: "engine-stopped" } } });
    const { status } = toViewTurn(failed, "phi3-mini");
    assert.deepEqual(status, { kind: "failed", error: { message: "It died.", actions: ["retry", "restartEngine", "showLog"] } });
  });
});

describe("error actions", () => {
  it("offer a download for a catalog model only", () => {
    assert.ok(errorActions("model-not-found", { place: "model", model: "phi3-mini" }).includes("download"));
    assert.ok(!errorActions("model-not-found", { place: "model", model: "/m/own.gguf" }).includes("download"));
    assert.ok(!errorActions("model-not-found", { place: "model", model: "phi99" }).includes("download"));
  });

  it("offer to ask again at a turn only", () => {
    assert.ok(errorActions("engine-stopped", { place: "turn", model: "phi3-mini" }).includes("retry"));
    assert.ok(!errorActions("engine-stopped", { place: "model", model: "phi3-mini" }).includes("retry"));
  });

  for (const model of ["phi3-mini", "/nowhere/own.gguf", "phi99"]) {
    it(`tell what mends the missing model ${model} without a terminal's command`, async () => {
      const missing = await resolveModel(model, ["/nowhere"], "chat").then(() => assert.fail("the model is there"), serializeError);
      const shown = toViewModel({ kind: "missing", model, error: missing });
      const { status } = toViewTurn(turn({ status: { kind: "searchResults", reason: missing } }), model);
      assert.ok(shown.kind === "unavailable" && status.kind === "searchResults");
      for (const { message, remedy = "" } of [shown.error, status.reason]) {
        assert.match(remedy, /pick a \.gguf file/i);
        assert.doesNotMatch(`${message} ${remedy}`, /hearth [a-z]|--[a-z]|terminal/);
      }
    });
  }

  it("treat an error without a code as an internal one", () => {
    const place = { place: "turn", model: "phi3-mini" } as const;
    assert.deepEqual(errorActions(undefined, place), errorActions("internal", place));
  });
});

describe("the model's view", () => {
  const info = { id: "own.gguf", device: "cpu", contextSize: 4096 } as ModelInfo;
  const states: readonly [EngineState, ViewModelState][] = [
    [{ kind: "idle", model: "/m/own.gguf" }, { kind: "idle", model: "own" }],
    [{ kind: "idle", model: "C:\\m\\own.gguf" }, { kind: "idle", model: "own" }],
    [{ kind: "loading", model: "phi3-mini", fraction: 0.5 }, { kind: "loading", model: "phi3-mini", fraction: 0.5 }],
    [{ kind: "ready", info }, { kind: "ready", model: "own", device: "CPU", contextSize: 4096 }],
    [{ kind: "restarting", model: "phi3-mini", reason: "x" }, { kind: "restarting", model: "phi3-mini", reason: "x" }],
    [
      { kind: "missing", model: "phi3-mini", error },
      {
        kind: "unavailable",
        model: "phi3-mini",
        error: { message: "No file.", remedy: "Download it, or pick a .gguf file that you have.", actions: ["download", "pickFile", "selectModel", "openSettings"] },
      },
    ],
  ];
  for (const [state, shown] of states) it(`shows ${JSON.stringify(state.kind)} of ${shown.model}`, () => assert.deepEqual(toViewModel(state), shown));

  it("lets a download go before the engine's state", () => {
    const shown = toViewModel({ kind: "missing", model: "phi3-mini", error }, { model: "phi3-mini", receivedBytes: 1, totalBytes: 4, phase: "download" });
    assert.deepEqual(shown, { kind: "downloading", model: "phi3-mini", receivedBytes: 1, totalBytes: 4, phase: "download" });
  });

  it("names the values that the sampler heeds", () => {
    assert.equal(samplerLabel(sampling), "top-p, temperature 0.7, top-p 0.95");
    assert.equal(samplerLabel({ ...sampling, sampler: "top-k", minP: 0.1 }), "top-k, temperature 0.7, top-k 40, min-p 0.1");
    assert.equal(samplerLabel({ ...sampling, sampler: "categorical", minP: 0.1 }), "categorical, temperature 0.7");
    assert.equal(samplerLabel({ ...sampling, sampler: "greedy", repeatPenalty: 1.1 }), "greedy, repeat penalty 1.1");
  });
});

describe("the index's view", () => {
  const summary = { files: 3, chunks: 9, embedded: 0, changed: 0, removed: 0, skipped: {}, elapsedMs: 1 };
  const statuses: readonly [IndexStatus, ViewIndexState][] = [
    [{ kind: "off" }, { kind: "off" }],
    [{ kind: "scanning" }, { kind: "working", label: "Scanning", done: 0, total: 0 }],
    [{ kind: "embedding", done: 1, total: 2 }, { kind: "working", label: "Embedding", done: 1, total: 2 }],
    [{ kind: "ready", summary }, { kind: "ready", files: 3, chunks: 9 }],
    [
      { kind: "ready", summary: { ...summary, embeddingError: error } },
      { kind: "ready", files: 3, chunks: 9, problem: "There is no search by meaning. No file. Type hearth models." },
    ],
    [{ kind: "failed", error }, { kind: "failed", message: "No file." }],
  ];
  for (const [status, shown] of statuses) it(`shows "${status.kind}"`, () => assert.deepEqual(toViewIndex(status), shown));
});

describe("the status bar", () => {
  const ready: ViewModelState = { kind: "ready", model: "phi3-mini", device: "CPU", contextSize: 4096 };

  it("shows model and index progress", () => {
    assert.equal(statusText(ready, { kind: "working", label: "Indexing", done: 1, total: 4 }), "$(flame) phi3-mini  $(sync~spin) Indexing 25%");
    assert.equal(statusText({ kind: "loading", model: "phi3-mini", fraction: 0.4 }, { kind: "off" }), "$(loading~spin) phi3-mini 40%");
  });

  it("warns of an index that cannot search by meaning", () => {
    const limited = { kind: "ready", files: 3, chunks: 9, problem: "No file. Give one." } as const;
    assert.equal(statusText(ready, limited), "$(flame) phi3-mini  $(warning) Index");
    assert.match(statusTooltip(ready, limited), /Index: 3 files, 9 chunks\. No file\. Give one\.$/);
  });

  it("says it in sentences", () => {
    assert.equal(statusTooltip(ready, { kind: "ready", files: 3, chunks: 9 }), "Hearth: phi3-mini is ready (CPU, 4096 tokens).\nIndex: 3 files, 9 chunks.");
  });
});
