import assert from "node:assert/strict";
import { HearthError } from "../../../src/common/errors";
import { deathError, gpuDeathReason } from "../../../src/engine/engineDeath";

const aborted = new HearthError("engine-stopped", "The engine process was ended by SIGABRT.");
const killed = new HearthError("engine-stopped", "The engine process was ended by SIGKILL.");

describe("deathError", () => {
  const memory: [what: string, lastWords: string][] = [
    ["the C++ library", "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc"],
    ["ggml", "ggml_backend_cpu_buffer_type_alloc_buffer: failed to allocate buffer of size 3221225472"],
    ["Vulkan", "ggml_vulkan: Device memory allocation of size 1073741824 failed.\nErrorOutOfDeviceMemory: out of device memory"],
    ["CUDA", "CUDA error: out of memory"],
  ];
  for (const [what, lastWords] of memory) {
    it(`takes the words of ${what} for a want of memory`, () => {
      const error = deathError({ reason: aborted, lastWords, loading: true });
      assert.equal(error.code, "out-of-memory");
      assert.match(error.message, /while it loaded the model.*want of memory.*SIGABRT/);
      assert.match(error.remedy ?? "", /smaller context size/);
    });
  }

  it("says that it stopped, and that it starts again, where nothing tells of memory", () => {
    const error = deathError({ reason: aborted, lastWords: "GGML_ASSERT(n > 0) failed", loading: true });
    assert.deepEqual([error.code, error.message], ["engine-stopped", "The engine stopped unexpectedly. The engine process was ended by SIGABRT."]);
    assert.match(error.remedy ?? "", /ask once more/);
  });

  const kills: [what: string, loading: boolean, platform: NodeJS.Platform, code: string][] = [
    ["in mid-load for one on Linux, which ends programs so", true, "linux", "out-of-memory"],
    ["of a loaded model for none", false, "linux", "engine-stopped"],
    ["in mid-load for none elsewhere", true, "darwin", "engine-stopped"],
  ];
  for (const [what, loading, platform, code] of kills) {
    it(`takes a kill ${what}`, () => assert.equal(deathError({ reason: killed, lastWords: "", loading }, platform).code, code));
  }
});

describe("gpuDeathReason", () => {
  it("names the device and the last line that was printed", () => {
    const reason = gpuDeathReason({ reason: aborted, lastWords: "first\nvk::DeviceLostError", loading: true }, "vulkan");
    assert.equal(reason, "Loading the model on the GPU (Vulkan) ended the engine. The engine process was ended by SIGABRT. vk::DeviceLostError");
  });
});
