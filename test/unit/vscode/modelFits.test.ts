import assert from "node:assert/strict";
import { silentLog } from "../../../src/common/log";
import type { FitReport, FitVerdict } from "../../../src/engine/modelReports";
import { fitButton, fitLabel, fitQuestion } from "../../../src/vscode/fitText";
import { type ItemList, showFits } from "../../../src/vscode/modelFits";
import { memoryLog } from "./fakes";

function report(verdict: FitVerdict, setting?: FitReport["setting"]): FitReport {
  return { verdict, summary: "It needs 9 GB; 4 GB are free.", ...(setting && { setting }) } as FitReport;
}

describe("whether a model fits", () => {
  const verdicts: readonly [FitVerdict, label: string, asks: boolean][] = [
    [{ kind: "fits" }, "$(check) fits", false],
    [{ kind: "fitsWithLayers", gpuLayers: 12 }, "$(check) fits with 12 layers on the GPU", false],
    [{ kind: "fitsWithLayers", gpuLayers: 0 }, "$(check) fits on the processor", false],
    [{ kind: "fitsWithSequences", sequences: 1, gpuLayers: 0 }, "$(warning) fits with 1 conversation in memory", true],
    [{ kind: "fitsWithContext", contextSize: 2048, gpuLayers: 0 }, "$(warning) fits with a context of 2,048 tokens", true],
    [{ kind: "doesNotFit" }, "$(error) does not fit", true],
  ];
  for (const [verdict, label, asks] of verdicts) {
    it(`is told as "${label}", and ${asks ? "asked about" : "taken"}`, () => {
      assert.equal(fitLabel(report(verdict)), label);
      assert.equal(fitQuestion(report(verdict)) !== undefined, asks);
    });
  }

  it("names the setting that helps, and offers it", () => {
    const small = report({ kind: "fitsWithContext", contextSize: 2048, gpuLayers: 0 }, { key: "contextSize", value: 2048 });
    assert.match(fitQuestion(small)?.detail ?? "", /with the setting hearth\.contextSize at 2048/);
    assert.equal(fitButton(small), "Set contextSize to 2048");
    const other = report({ kind: "doesNotFit" }, { key: "model", value: "qwen2-1.5b" });
    assert.match(fitQuestion(other)?.detail ?? "", /The model qwen2-1\.5b would fit/);
    assert.equal(fitButton(other), "Use qwen2-1.5b Instead");
    const nothing = report({ kind: "doesNotFit" });
    assert.deepEqual([fitQuestion(nothing)?.message, fitButton(nothing)], ["It needs 9 GB; 4 GB are free.", undefined]);
  });
});

describe("the rows of the model list", () => {
  function rows(): ItemList {
    const items = [{ label: "a", model: "a", isListed: true, description: "2 GB" }, { label: "b", model: "b", isListed: true }, { label: "own", model: "/own.gguf" }, { label: "file" }];
    return { items, activeItems: [items[1]!] };
  }

  it("get their verdicts one after the other, with the highlighted row where it was; files are left alone", async () => {
    const list = rows();
    const asked: (string | undefined)[] = [];
    await showFits(list, { fit: ({ model }) => Promise.resolve((asked.push(model), report({ kind: "fits" }))) }, silentLog, new AbortController().signal);
    assert.deepEqual(asked, ["a", "b"]);
    assert.deepEqual(list.items.map(({ description }) => description), ["2 GB   $(check) fits", "$(check) fits", undefined, undefined]);
    assert.deepEqual(list.activeItems.map(({ label }) => label), ["b"]);
  });

  it("stay as they are where there is no verdict, and once the list is closed", async () => {
    const list = rows();
    const closed = new AbortController();
    const { log, lines } = memoryLog();
    const fit = () => {
      closed.abort();
      return Promise.reject(new Error("No header."));
    };
    await showFits(list, { fit }, log, closed.signal);
    assert.deepEqual(list.items, rows().items);
    assert.deepEqual(lines, ["info: Whether a fits is not known: No header."]);
  });
});
