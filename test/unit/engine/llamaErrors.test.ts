import assert from "node:assert/strict";
import { abortError, HearthError, isAbortError } from "../../../src/common/errors";
import { contextError, modelError } from "../../../src/engine/llamaErrors";

class InsufficientMemoryError extends Error {}

const running = new AbortController().signal;
const classes = { InsufficientMemoryError };

describe("errors of the library", () => {
  const cases: [error: Error, code: string][] = [
    [new InsufficientMemoryError("A context size of 8192 is too large for the available VRAM"), "out-of-memory"],
    [new Error("unable to allocate CPU buffer"), "out-of-memory"],
    [new Error("mmap failed: Cannot allocate memory"), "out-of-memory"],
    [new Error("ErrorOutOfDeviceMemory"), "out-of-memory"],
    [new Error("Failed to create context"), "model-load-failed"],
    [new Error("unknown model architecture: 'phi9'"), "model-load-failed"],
    [new HearthError("model-invalid", "is cut off"), "model-invalid"],
  ];
  for (const [error, code] of cases) {
    it(`takes "${error.message}" for ${code}, with weights and contexts`, () => {
      for (const explained of [modelError(error, running, classes), contextError(error, running, classes)]) {
        assert.ok(explained instanceof HearthError);
        assert.equal(explained.code, code);
        assert.ok(explained.message.includes(error.message));
      }
    });
  }

  it("lets a stop be a stop, whatever the library makes of it", () => {
    assert.ok(isAbortError(modelError(new Error("Failed to load model"), AbortSignal.abort(), classes)));
    assert.ok(isAbortError(contextError(abortError(), running, classes)));
  });
});
