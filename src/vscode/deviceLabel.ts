import { counted } from "../common/counted";
import { t } from "../common/l10n";
import type { ModelInfo } from "../engine/ports";
import { serverName } from "./servers/serverName";

const names: Readonly<Record<string, string>> = { cpu: "CPU", cuda: "CUDA", vulkan: "Vulkan", metal: "Metal" };

/** What an answer was computed on: "CPU" or "Vulkan, 33 layers", or "a server". */
export function deviceLabel(device: string, gpuLayers: number): string {
  if (device === serverDevice) return t("a server");
  return isProcessor(device, gpuLayers) ? "CPU" : `${nameOf(device)}, ${counted(gpuLayers, t("{0} layer"), t("{0} layers"))}`;
}

/** What the loaded model runs on: "CPU, 2 threads" or "Vulkan, 33/33 layers", or "on gpu-box". */
export function modelDevice({ device, gpuLayers, layers, threads, server }: Pick<ModelInfo, "device" | "gpuLayers" | "layers" | "threads" | "server">): string {
  if (server !== undefined) return t("on {0}", serverName(server));
  if (isProcessor(device, gpuLayers)) return counted(threads, t("CPU, {0} thread"), t("CPU, {0} threads"));
  return t("{0}, {1}/{2} layers", nameOf(device), gpuLayers, layers);
}

/** The device of a model that runs on a server. */
export const serverDevice = "server";

/** A GPU that holds no layer computes nothing. */
function isProcessor(device: string, gpuLayers: number): boolean {
  return device === "cpu" || gpuLayers === 0;
}

function nameOf(device: string): string {
  return names[device] ?? device;
}
