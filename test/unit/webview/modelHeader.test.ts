import assert from "node:assert/strict";
import type { ViewIndexState, ViewModelState } from "../../../src/webview/protocol";
import { ModelHeader } from "../../../src/webview/modelHeader";
import { emptyState } from "../../../src/webview/emptyState";
import type { ModelPlace } from "../../../src/webview/modelPlace";
import { usePage } from "./page";

const ready = { kind: "ready", files: 1204, chunks: 9000 } as const;
const embedding = { kind: "working", label: "Embedding", done: 400, total: 1000 } as const;

const cases: readonly [state: ViewIndexState, text: string, title: string][] = [
  [{ kind: "off" }, "", ""],
  [{ kind: "working", label: "Scanning", done: 0, total: 0 }, "Scanning…", "Index: Scanning…"],
  [embedding, "Embedding 40%", "Index: Embedding 40%"],
  [{ ...embedding, timeLeft: "12 min" }, "Embedding 40% · 12 min left", "Index: Embedding 40% · 12 min left"],
  [ready, "1,204 files", "Index: 1,204 files, 9,000 chunks"],
  [{ ...ready, problem: "There is no model." }, "1,204 files", "Index: 1,204 files, 9,000 chunks. There is no model."],
  [{ ...ready, paused: true }, "index paused", "Index: 1,204 files, 9,000 chunks. It is paused: changed files are not taken in until it is resumed."],
  [{ kind: "failed", message: "The disk is full." }, "index failed", "The disk is full."],
];

describe("the header tells of the index", () => {
  usePage();

  for (const [state, text, title] of cases) {
    it(`${JSON.stringify(state)}: ${text}`, () => {
      const header = new ModelHeader({ action() {} });
      header.setIndex(state);
      const shown = header.element.querySelector<HTMLElement>(".index-state");
      assert.deepEqual([shown?.textContent, shown?.title], [text, title]);
    });
  }
});

const server = { server: "gpu-box", model: "qwen" } as const;
const models: readonly [state: ViewModelState, detail: string][] = [
  [{ kind: "idle", model: "phi3-mini" }, "loads on first use"],
  [{ kind: "idle", ...server }, "on gpu-box"],
  [{ kind: "loading", ...server, fraction: 0 }, "connecting to gpu-box…"],
  [{ kind: "ready", ...server, device: "on gpu-box", contextSize: 32_768 }, "on gpu-box · 32,768 tokens"],
];

describe("the header tells of the model", () => {
  usePage();

  for (const [state, detail] of models) {
    it(`${state.kind} of ${state.model}: ${detail}`, () => {
      const header = new ModelHeader({ action() {} });
      header.setModel(state);
      const shown = header.element.querySelector<HTMLElement>(".model-detail");
      assert.ok(shown);
      assert.equal(shown.textContent, detail);
      const isSaid = /The model runs on gpu-box: your questions go there/.test(shown.title);
      assert.equal(isSaid, "server" in state, shown.title);
    });
  }

  it("and leaves to the conversation what its end tells", () => {
    const header = new ModelHeader({ action() {} });
    const boxes = () => header.element.querySelectorAll(".error-box").length;
    header.setTold("gpu-box cannot be reached.");
    header.setModel({ kind: "unavailable", ...server, error: { message: "gpu-box cannot be reached.", actions: ["checkServer"] } });
    const told = boxes();
    header.setTold(undefined);
    assert.deepEqual([told, boxes()], [0, 1]);
  });

  it("and a new conversation says where the code goes", () => {
    const shown = (place: ModelPlace) => emptyState({ action() {} }, () => undefined, place).querySelector('[data-part="place"]')?.textContent;
    assert.deepEqual(
      [{}, { server: "gpu-box" }, { embeddingServer: "other-box" }, { server: "gpu-box", embeddingServer: "other-box" }].map(shown),
      [
        "The model runs on this machine, and your code stays on it.",
        "The model runs on gpu-box: your questions go there, with the code they need.",
        "The model runs on this machine. The code of the index goes to other-box.",
        "The model runs on gpu-box: your questions go there, with the code they need. The code of the index goes to other-box.",
      ],
    );
  });
});
