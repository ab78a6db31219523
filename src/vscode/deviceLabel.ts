import type { ModelInfo } from "../engine/ports";

const names: Readonly<Record<string, string>> = { cpu: "CPU", cuda: "CUDA", vulkan: "Vulkan", metal: "Metal" };

/** What an answer was computed on: "CPU" or "Vulkan, 33 layers". */
export function deviceLabel(device: string, gpuLayers: number): string {
  return isProcessor(device, gpuLayers) ? "CPU" : `${nameOf(device)}, ${gpuLayers} ${gpuLayers === 1 ? "layer" : "layers"}`;
}

/** What the loaded model runs on: "CPU, 2 threads" or "Vulkan, 33/33 layers". */
export function modelDevice({ device, gpuLayers, layers, threads }: Pick<ModelInfo, "device" | "gpuLayers" | "layers" | "threads">): string {
  if (isProcessor(device, gpuLayers)) return `CPU, ${threads} ${threads === 1 ? "thread" : "threads"}`;
  return `${nameOf(device)}, ${gpuLayers}/${layers} layers`;
}

/** A GPU that holds no layer computes nothing. */
function isProcessor(device: string, gpuLayers: number): boolean {
  return device === "cpu" || gpuLayers === 0;
}

function nameOf(device: string): string {
  return names[device] ?? device;
}
