import { isAbortError } from "../common/errors";
import type { Log } from "../common/log";
import { byteSize } from "../common/byteSize";
import { t } from "../common/l10n";
import { backendLabel, sentence } from "./gpuBackend";
import type { EngineConfig } from "./ports";
import type { GpuReport } from "./runtime";

type GpuLayers = EngineConfig["gpuLayers"];

/** What can be loaded on a device. */
export interface OnDevice {
  readonly gpuLayers: number;
  dispose(): Promise<void>;
}

/** How a model is loaded; a fake takes its place in tests. */
export interface DevicePort<T extends OnDevice> {
  gpu(): Promise<GpuReport>;
  /** Layers that fit the GPU's memory beside the context; "auto" leaves it to the library. */
  layersFor(): Promise<number | "auto">;
  /** @param device "cpu" or the backend's name */
  load(gpuLayers: GpuLayers, device: string): Promise<T>;
}

export interface Placed<T> {
  readonly runtime: T;
  /** Why the processor is used although a GPU was asked for, as a sentence. */
  readonly gpuFallback?: string;
}

/**
 * Loads a model where the setting says. "auto" takes the GPU for as many layers as fit and falls back to the processor,
 * also when loading on the GPU fails. A set number, or "max", falls back only where there is no GPU at all.
 */
export async function loadOnDevice<T extends OnDevice>(wanted: GpuLayers, port: DevicePort<T>, log: Log): Promise<Placed<T>> {
  if (wanted === 0) return { runtime: await port.load(0, "cpu") };
  const gpu = await port.gpu();
  if (gpu.kind === "none") return onProcessor(port, gpu.reason, log);
  log.write("info", `GPU: ${backendLabel(gpu.backend)} with ${gpu.names.join(", ")}, ${byteSize(gpu.vram.free)} of ${byteSize(gpu.vram.total)} free`);
  if (wanted !== "auto") return { runtime: await port.load(wanted, gpu.backend) };
  const tried = await tryGpu(port, gpu);
  return typeof tried === "string" ? onProcessor(port, tried, log) : { runtime: tried };
}

type FoundGpu = Extract<GpuReport, { kind: "gpu" }>;

/** The model, or why it is not on the GPU. */
async function tryGpu<T extends OnDevice>(port: DevicePort<T>, gpu: FoundGpu): Promise<T | string> {
  try {
    const layers = await port.layersFor();
    if (layers === 0) return doesNotFit(gpu);
    const runtime = await port.load(layers, gpu.backend);
    if (runtime.gpuLayers > 0) return runtime;
    await runtime.dispose();
    return doesNotFit(gpu);
  } catch (error) {
    if (isAbortError(error)) throw error;
    return t("Loading the model on the GPU ({0}) failed: {1}", backendLabel(gpu.backend), sentence(error));
  }
}

async function onProcessor<T extends OnDevice>(port: DevicePort<T>, reason: string, log: Log): Promise<Placed<T>> {
  log.write("info", `The model runs on the processor. ${reason}`);
  return { runtime: await port.load(0, "cpu"), gpuFallback: reason };
}

function doesNotFit({ vram }: FoundGpu): string {
  return t("The model does not fit the GPU's memory, of which {0} are free.", byteSize(vram.free));
}
