import assert from "node:assert/strict";
import { modelTarget, type ModelTarget } from "../../../src/vscode/modelTarget";

describe("the model that is chosen", () => {
  const places: readonly [hasFolder: boolean, trusted: boolean, ModelTarget][] = [
    [true, true, "workspace"],
    [true, false, "user"],
    [false, true, "user"],
    [false, false, "user"],
  ];
  for (const [hasFolder, trusted, target] of places) {
    it(`is set for the ${target} ${hasFolder ? "with" : "without"} a folder, ${trusted ? "" : "not "}trusted`, () => {
      assert.equal(modelTarget({ hasFolder, trusted }), target);
    });
  }
});
