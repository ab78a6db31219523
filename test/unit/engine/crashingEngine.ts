/**
 * An engine process without a model that dies as drivers and allocators make one die: `HEARTH_TEST_CRASH` is "gpu" for
 * a death at each load on a GPU, "memory" for one at each load. "unload" is one that does not die, but unloads its
 * model just before a request reaches it.
 */
import { parentPort } from "../../../src/common/processPort";
import { type EmptyContract, type Handlers, RpcPeer } from "../../../src/common/rpc";
import type { EngineConfig, ModelInfo, PromptSize } from "../../../src/engine/ports";
import type { EngineContract } from "../../../src/engine/protocol";

let config: EngineConfig | undefined;

function load(): ModelInfo {
  const onGpu = config?.gpuLayers !== 0;
  peer.emit("loadProgress", { model: config?.model ?? "", fraction: 0, device: onGpu ? "vulkan" : "cpu" });
  if (process.env["HEARTH_TEST_CRASH"] === "memory") die("ggml_backend_cpu_buffer_type_alloc_buffer: failed to allocate buffer");
  if (onGpu) die("vk::DeviceLostError");
  return { id: "test", hash: "a", device: "cpu", gpuLayers: 0, threads: 2 } as ModelInfo;
}

/** Other numbers of threads turn out better meanwhile: first for a model that is gone, then for the loaded one. */
function countTokens(): number[] {
  peer.emit("infoChanged", { id: "test", hash: "b", threads: 9 } as ModelInfo);
  peer.emit("infoChanged", { id: "test", hash: "a", device: "cpu", gpuLayers: 0, threads: 1 } as ModelInfo);
  return [];
}

/** The model goes, and comes back for the request that was on its way. */
function measure(): PromptSize {
  const model = config?.model ?? "";
  peer.emit("unloaded", { model });
  peer.emit("loadProgress", { model, fraction: 0, device: "cpu" });
  return { promptTokens: 1, contextSize: 512, turnTokens: [], contextTokens: [] };
}

function die(words: string): never {
  process.stderr.write(`${words}\n`);
  process.abort();
}

const peer = new RpcPeer<EngineContract, EmptyContract>(parentPort(), {
  configure: (next: EngineConfig) => void (config = next),
  load,
  measure,
  countTokens,
  shutdown: () => undefined,
} as unknown as Handlers<EngineContract>);
peer.onClose(() => process.exit(0));
