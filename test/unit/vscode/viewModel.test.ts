import assert from "node:assert/strict";
import { type ErrorCode, serializeError } from "../../../src/common/errors";
import type { AnswerRecord, Turn } from "../../../src/chat/types";
import { resolveModel } from "../../../src/engine/modelFile";
import type { EngineState, ModelInfo, Sampling, StopReason } from "../../../src/engine/ports";
import type { CitationState, IndexStatus } from "../../../src/rag/ports";
import { errorActions, toViewError } from "../../../src/vscode/errorActions";
import { statusText, statusTooltip } from "../../../src/vscode/statusText";
import { toViewIndex, toViewModel } from "../../../src/vscode/viewModel";
import { samplerLabel, toViewTurn, type TurnSurroundings } from "../../../src/vscode/viewTurns";
import type { ViewAction, ViewIndexState, ViewModelState, ViewStats } from "../../../src/webview/protocol";
import { finished, turn } from "./fakes";

const sampling: Sampling = { sampler: "top-p", temperature: 0.7, topK: 40, topP: 0.95, minP: 0, repeatPenalty: 1 };
const error = { name: "HearthError", message: "No file.", code: "model-not-found", remedy: "Type hearth models." } as const;

const around: TurnSurroundings = { model: "phi3-mini", window: { dropped: [], withoutCode: [] } };

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
      { ...around, notices: ["A note."] },
    );
    assert.deepEqual(view.attachments, [{ path: "a.ts", startLine: 1, endLine: 2, language: "typescript" }]);
    assert.deepEqual(view.citations, [{ path: "b.ts", startLine: 3, endLine: 4 }]);
    assert.deepEqual([view.question, view.answer, view.notices], ["Why?", "Because.", ["A note."]]);
    assert.ok(view.status.kind === "done");
    assert.equal(view.status.stats.model, "phi3-mini (0123456789ab)");
    assert.equal(view.status.stats.stopReason, "end");
  });

  it("marks what of its citations has changed", () => {
    const citations = ["a.ts", "b.ts", "c.ts", "d.ts"].map((path) => ({ path, startLine: 3, endLine: 4, hash: "00" }));
    const changes = (states?: readonly CitationState[]) => toViewTurn(turn({ citations }), { ...around, citationStates: states }).citations.map((one) => one.changed);
    assert.deepEqual(changes(["fresh", "stale", "gone"]), [undefined, "stale", "gone", undefined]);
    assert.deepEqual(changes(), [undefined, undefined, undefined, undefined]);
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
      const { status } = toViewTurn(finished(turn(), "", reason), around);
      assert.ok(status.kind === "done");
      assert.equal(status.stats.stopReason, shown);
    });
  }

  it("tells what left the context, and the summary that stands for it", () => {
    const window = { dropped: ["a"], withoutCode: ["b"] };
    const marks = (id: string) => {
      const { dropped, withoutCode } = toViewTurn(turn({ id }), { ...around, window });
      return [dropped, withoutCode];
    };
    assert.deepEqual([marks("a"), marks("b"), marks("c")], [[true, false], [false, true], [false, false]]);
    assert.equal(toViewTurn(turn({ window: { ...window, summary: "They greeted." } }), around).summary, "They greeted.");
  });

  const origins: readonly [device: string, gpuLayers: number, shown: string][] = [["cpu", 0, "CPU"], ["vulkan", 33, "Vulkan, 33 layers"], ["metal", 1, "Metal, 1 layer"], ["cuda", 0, "CPU"]];
  for (const [device, gpuLayers, shown] of origins) {
    it(`names ${shown} as what an answer was computed on with ${gpuLayers} layers on ${device}`, () => {
      assert.equal(statsOf({ origin: { ...origin, device, gpuLayers } }).device, shown);
    });
  }

  it("can be reproduced where it holds all that it takes", () => {
    const { maxTokens, ...part } = { origin, system: "Be brief.", maxTokens: 9 };
    assert.deepEqual([{ ...part, maxTokens }, part, { origin }, {}].map((record) => statsOf(record).reproducible), [true, false, false, false]);
  });

  it("tells what steered an answer, and nothing of it where nothing did", () => {
    const guidance = { strategy: "cosine", scale: 2, topN: 256, query: "context", adaptive: true } as const;
    const labels = [guidance, { ...guidance, query: "fixed", adaptive: false }, { ...guidance, strategy: "bayesian", query: "dynamic" }].map(
      (used) => statsOf({ guidance: used as typeof guidance }, { codeText: "a.ts:1-2" }).guidance,
    );
    assert.deepEqual(labels, [
      "cosine, scale 2, near the retrieved code, 256 candidates, less where the model is sure",
      "cosine, scale 2, near the question, 256 candidates",
      "bayesian, scale 2, near the question and the last words of the answer, 256 candidates, less where the model is sure",
    ]);
    assert.equal(statsOf({ guidance }, { codeText: "" }).guidance, "cosine, scale 2, near the question, as no code was retrieved, 256 candidates, less where the model is sure");
    assert.equal(statsOf({}).guidance, undefined);
  });

  it("tells what prompt lookup brought, where it was measured", () => {
    const lookup = (gain: number) => {
      const done = finished(turn(), "");
      assert.ok(done.status.kind === "done");
      return statsOf({ stats: { ...done.status.record.stats, lookup: { proposedTokens: 15, acceptedTokens: 12, gain } } }).lookup;
    };
    assert.deepEqual([lookup(1.44), lookup(1)], ["12 of 15 guessed tokens, 1.4 times as fast", "12 of 15 guessed tokens"]);
    assert.equal(statsOf({}).lookup, undefined);
  });

  it("names a server as its device", () => {
    const stats = statsOf({ origin: { ...origin, format: "server", device: "server" }, system: "Be brief.", maxTokens: 9 });
    assert.deepEqual([stats.device, stats.reproducible], ["a server", true]);
  });

  it("offers the remedies of a failure", () => {
    const failed: Turn = turn({ status: { kind: "failed", error: { name: "HearthError", message: "It died.", code: "engine-stopped" } } });
    const { status } = toViewTurn(failed, around);
    assert.deepEqual(status, { kind: "failed", error: { message: "It died.", actions: ["retry", "restartEngine", "showLog"] } });
  });
});

const origin = { format: "phi3", libraryVersion: "3.21.1", device: "cpu", gpuLayers: 0, promptHash: "00" } as const;

function statsOf(part: Partial<AnswerRecord>, turnPart: Partial<Turn> = {}): ViewStats {
  const done = finished(turn(turnPart), "");
  assert.ok(done.status.kind === "done");
  const { status } = toViewTurn({ ...done, status: { kind: "done", record: { ...done.status.record, ...part } } }, around);
  assert.ok(status.kind === "done");
  return status.stats;
}

describe("error actions", () => {
  it("offer what makes room: in the context, and in memory", () => {
    const place = { place: "turn", model: "phi3-mini" } as const;
    assert.deepEqual(errorActions("context-full", place).slice(0, 2), ["summarise", "dropOldest"]);
    assert.deepEqual(errorActions("out-of-memory", place).slice(0, 2), ["useProcessor", "useSmallerContext"]);
    assert.ok(!errorActions("context-full", { ...place, place: "model" }).includes("summarise"));
  });

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
      const { status } = toViewTurn(turn({ status: { kind: "searchResults", reason: missing } }), { ...around, model });
      assert.ok(shown.kind === "unavailable" && status.kind === "searchResults");
      for (const { message, remedy = "" } of [shown.error, status.reason]) {
        assert.match(remedy, /pick a \.gguf file/i);
        assert.doesNotMatch(`${message} ${remedy}`, /hearth [a-z]|--[a-z]|terminal/);
      }
    });
  }

  const servers: readonly [code: ErrorCode, turn: ViewAction, model: ViewAction][] = [
    ["server-unreachable", "retry", "checkServer"],
    ["server-refused", "setServerKey", "setServerKey"],
    ["server-model-missing", "useServer", "useServer"],
    ["server-failed", "retry", "checkServer"],
    ["answer-lost", "retry", "showLog"],
    ["no-engine", "retry", "download"],
  ];
  for (const [code, turnAction, modelAction] of servers) {
    it(`offer ${turnAction} first for ${code} at a question, and ${modelAction} in the header`, () => {
      const first = (place: "turn" | "model") => errorActions(code, { place, model: "phi3-mini" })[0];
      assert.deepEqual([first("turn"), first("model")], [turnAction, modelAction]);
    });
  }

  for (const code of ["server-refused", "no-engine"] as const) {
    it(`tell what mends ${code} without a terminal's command`, () => {
      const { remedy } = toViewError({ name: "HearthError", message: "No.", code, remedy: "Type hearth models, or set HEARTH_API_KEY." }, { place: "model", model: "phi3-mini" });
      assert.match(remedy ?? "", /key|server/);
      assert.doesNotMatch(remedy ?? "", /hearth|HEARTH/);
    });
  }

  it("treat an error without a code as an internal one", () => {
    const place = { place: "turn", model: "phi3-mini" } as const;
    assert.deepEqual(errorActions(undefined, place), errorActions("internal", place));
  });
});

describe("the model's view", () => {
  const info = { id: "own.gguf", device: "cpu", gpuLayers: 0, layers: 33, threads: 2, contextSize: 4096 } as ModelInfo;
  const states: readonly [EngineState, ViewModelState][] = [
    [{ kind: "idle", model: "/m/own.gguf" }, { kind: "idle", model: "own" }],
    [{ kind: "idle", model: "C:\\m\\own.gguf" }, { kind: "idle", model: "own" }],
    [{ kind: "loading", model: "phi3-mini", fraction: 0.5 }, { kind: "loading", model: "phi3-mini", fraction: 0.5 }],
    [{ kind: "ready", info }, { kind: "ready", model: "own", device: "CPU, 2 threads", contextSize: 4096 }],
    [
      { kind: "ready", info: { ...info, gpuFallback: "Vulkan has no memory left." } },
      { kind: "ready", model: "own", device: "CPU, 2 threads", contextSize: 4096, fallback: "Vulkan has no memory left." },
    ],
    [
      { kind: "ready", info: { ...info, device: "vulkan", gpuLayers: 33 } },
      { kind: "ready", model: "own", device: "Vulkan, 33/33 layers", contextSize: 4096 },
    ],
    [{ kind: "restarting", model: "phi3-mini", reason: "x" }, { kind: "restarting", model: "phi3-mini", reason: "x" }],
    [
      { kind: "missing", model: "phi3-mini", error },
      {
        kind: "unavailable",
        model: "phi3-mini",
        missing: true,
        error: { message: "phi3-mini is not downloaded yet.", remedy: "Download it (2.4 GB), or pick a .gguf file that you have.", actions: ["download", "pickFile", "selectModel"] },
      },
    ],
  ];
  for (const [state, shown] of states) it(`shows ${JSON.stringify(state.kind)} of ${shown.model}`, () => assert.deepEqual(toViewModel(state), shown));

  const server = { url: "http://gpu-box:8080/v1", model: "Qwen/qwen2.5", contextSize: 0, silenceSeconds: 300 };
  const lost = { name: "HearthError", message: "gpu-box cannot be reached.", code: "server-unreachable" } as const;
  const remote: readonly [EngineState, ViewModelState][] = [
    [{ kind: "idle", model: "Qwen/qwen2.5" }, { kind: "idle", model: "qwen2.5", server: "gpu-box" }],
    [{ kind: "loading", model: "Qwen/qwen2.5", fraction: 0 }, { kind: "loading", model: "qwen2.5", fraction: 0, server: "gpu-box" }],
    [
      { kind: "ready", info: { ...info, id: "Qwen/qwen2.5", device: "server", server: server.url } },
      { kind: "ready", model: "qwen2.5", device: "on gpu-box", contextSize: 4096, server: "gpu-box" },
    ],
    [
      { kind: "failed", model: "Qwen/qwen2.5", error: lost },
      { kind: "unavailable", model: "qwen2.5", server: "gpu-box", error: { message: lost.message, actions: ["checkServer", "serverSettings"] } },
    ],
  ];
  for (const [state, shown] of remote) it(`shows "${state.kind}" of a model on a server`, () => assert.deepEqual(toViewModel(state, undefined, server), shown));

  it("names the server alone while its first model has no name", () => {
    assert.deepEqual(toViewModel({ kind: "idle", model: "gpu-box:8080" }, undefined, { ...server, model: "" }), { kind: "idle", model: "gpu-box", server: "gpu-box" });
  });

  it("lets a download go before the engine's state", () => {
    const shown = toViewModel({ kind: "missing", model: "phi3-mini", error }, { model: "phi3-mini", receivedBytes: 1, totalBytes: 4, phase: "download", paused: false });
    assert.deepEqual(shown, { kind: "downloading", model: "phi3-mini", receivedBytes: 1, totalBytes: 4, phase: "download", paused: false });
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
  const ready: ViewModelState = { kind: "ready", model: "phi3-mini", device: "CPU, 2 threads", contextSize: 4096 };

  it("shows model and index progress", () => {
    assert.equal(statusText(ready, { kind: "working", label: "Indexing", done: 1, total: 4 }), "$(flame) phi3-mini (CPU, 2 threads)  $(sync~spin) Indexing 25%");
    assert.equal(statusText({ kind: "idle", model: "phi3-mini" }, { kind: "off" }), "$(flame) phi3-mini (off)");
    assert.equal(statusText(ready, { kind: "off" }, 1), "$(loading~spin) phi3-mini (CPU, 2 threads)");
    assert.match(statusTooltip(ready, { kind: "off" }, 2), /It is writing 2 answers\.$/);
    assert.equal(statusText({ kind: "loading", model: "phi3-mini", fraction: 0.4 }, { kind: "off" }), "$(loading~spin) phi3-mini 40%");
  });

  it("warns of an index that cannot search by meaning", () => {
    const limited = { kind: "ready", files: 3, chunks: 9, problem: "No file. Give one." } as const;
    assert.equal(statusText(ready, limited), "$(flame) phi3-mini (CPU, 2 threads)  $(warning) Index");
    assert.match(statusTooltip(ready, limited), /Index: 3 files, 9 chunks\. No file\. Give one\.$/);
  });

  it("tells how long vectors still take, once that is known", () => {
    const half = { kind: "embedding", done: 50, total: 100 } as const;
    const said = [toViewIndex(half), toViewIndex({ ...half, secondsLeft: 754 })].map((index) => [statusText(ready, index), statusTooltip(ready, index).split("\n")[1]]);
    assert.deepEqual(said, [
      ["$(flame) phi3-mini (CPU, 2 threads)  $(sync~spin) Embedding 50%", "Embedding 50 of 100."],
      ["$(flame) phi3-mini (CPU, 2 threads)  $(sync~spin) Embedding 50%, 13 min left", "Embedding 50 of 100, 13 min left."],
    ]);
  });

  it("tells that the index is paused", () => {
    const summary = { files: 3, chunks: 9, embedded: 0, changed: 0, removed: 0, skipped: {}, elapsedMs: 1 };
    const paused = toViewIndex({ kind: "paused", summary });
    assert.equal(statusText(ready, paused), "$(flame) phi3-mini (CPU, 2 threads)  $(debug-pause) Index");
    assert.match(statusTooltip(ready, paused), /Index: 3 files, 9 chunks, paused\.$/);
  });

  it("tells a download that is paused from one that runs", () => {
    const half = { kind: "downloading", model: "phi3-mini", receivedBytes: 1, totalBytes: 2, phase: "download" } as const;
    const said = [false, true].map((paused) => [statusText({ ...half, paused }, { kind: "off" }), statusTooltip({ ...half, paused }, { kind: "off" })]);
    assert.deepEqual(said, [
      ["$(cloud-download) phi3-mini 50%", "Hearth: phi3-mini is being downloaded."],
      ["$(debug-pause) phi3-mini 50%", "Hearth: the download of phi3-mini is paused."],
    ]);
  });

  const remote: readonly [state: ViewModelState, text: string, sentence: string][] = [
    [{ kind: "idle", model: "qwen", server: "gpu-box" }, "$(flame) qwen on gpu-box", "Hearth: gpu-box is asked with the first question."],
    [{ kind: "idle", model: "gpu-box", server: "gpu-box" }, "$(flame) gpu-box", "Hearth: gpu-box is asked with the first question."],
    [{ kind: "loading", model: "qwen", fraction: 0, server: "gpu-box" }, "$(loading~spin) qwen on gpu-box", "Hearth: gpu-box is being asked."],
    [
      { ...ready, model: "qwen", device: "on gpu-box", server: "gpu-box" },
      "$(flame) qwen on gpu-box",
      "Hearth: qwen on gpu-box is ready (context of 4096 tokens). Questions go there, with the code they need.",
    ],
    [{ kind: "unavailable", model: "qwen", server: "gpu-box", error: { message: "gpu-box cannot be reached.", actions: [] } }, "$(warning) qwen on gpu-box", "Hearth: gpu-box cannot be reached."],
  ];
  for (const [state, text, sentence] of remote) {
    it(`says "${text}" of a server`, () => assert.deepEqual([statusText(state, { kind: "off" }), statusTooltip(state, { kind: "off" })], [text, sentence]));
  }

  it("says it in sentences", () => {
    assert.equal(statusTooltip(ready, { kind: "ready", files: 3, chunks: 9 }), "Hearth: phi3-mini is ready (CPU, 2 threads, context of 4096 tokens).\nIndex: 3 files, 9 chunks.");
    const fallen = { ...ready, fallback: "No GPU was found." } as const;
    assert.match(statusTooltip(fallen, { kind: "off" }), /4096 tokens\)\. No GPU was found\.$/);
  });
});
