import assert from "node:assert/strict";
import { toViewModel } from "../../../src/vscode/viewModel";
import { toViewTurn } from "../../../src/vscode/viewTurns";
import { info } from "../chat/fakes";
import { finished, turn } from "./fakes";

const around = { window: { dropped: [], withoutCode: [] } };

describe("Ember in the view", () => {
  it("says of Ember's answers what they are worth, and offers a better model", () => {
    const noteOf = (model: string, set: string) => {
      const done = finished(turn({}), "`a` takes no parameters.");
      assert.ok(done.status.kind === "done");
      const { status } = toViewTurn({ ...done, status: { ...done.status, record: { ...done.status.record, model } } }, { ...around, model: set });
      return status.kind === "done" ? status.note : undefined;
    };
    assert.equal(noteOf("phi3-mini", "phi3-mini"), undefined);
    assert.match(noteOf("ember", "phi3-mini")?.text ?? "", /^From Ember, a very small model/);
    assert.deepEqual(noteOf("ember", "phi3-mini")?.button, { action: "download", label: "Get phi3-mini (2.4 GB)" });
    assert.deepEqual(noteOf("ember", "ember")?.button, { action: "selectModel", label: "Select Model…" });
    assert.equal(noteOf("ember", "/models/mine.gguf")?.button.action, "selectModel");
  });

  it("is named as what answers until the model that is set is here, with the ways to get that", () => {
    const state = toViewModel({ kind: "ready", info: { ...info, id: "ember", standsInFor: "phi3-mini" } });
    assert.ok(state.kind === "ready" && state.model === "ember");
    assert.match(state.setup?.message ?? "", /^phi3-mini is not downloaded yet\. Until then ember answers/);
    assert.deepEqual(state.setup?.actions, ["download", "pickFile"]);
    const own = toViewModel({ kind: "ready", info: { ...info, id: "ember" } });
    assert.ok(own.kind === "ready" && own.setup === undefined);
  });
});
