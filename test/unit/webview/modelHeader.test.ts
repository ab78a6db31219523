import assert from "node:assert/strict";
import type { ViewIndexState } from "../../../src/webview/protocol";
import { ModelHeader } from "../../../src/webview/modelHeader";
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
