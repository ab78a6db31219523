import { t } from "../common/l10n";
import type { GpuReport, MemoryState } from "./runtime";

/** How the library's GPU backends are started; a fake takes its place in tests. */
export interface BackendPort<B> {
  /** Names of the backends whose driver is on this machine, best first. */
  candidates(): Promise<readonly string[]>;
  start(name: string): Promise<B>;
  /** The GPUs that the backend drives, and their memory together. */
  devices(backend: B): Promise<{ readonly names: readonly string[]; readonly vram: MemoryState; readonly unified: boolean }>;
  stop(backend: B): Promise<void>;
}

export interface GpuBackend<B> {
  /** Undefined when there is no GPU that can be used. */
  readonly backend: B | undefined;
  readonly report: GpuReport;
}

/** Starts the first backend that has a GPU with memory. Never throws: what kept a backend from it is in the report. */
export async function startGpuBackend<B>(port: BackendPort<B>): Promise<GpuBackend<B>> {
  const reasons: string[] = [];
  for (const name of await candidates(port, reasons)) {
    const started = await tryBackend(port, name);
    if (typeof started !== "string") return started;
    reasons.push(started);
  }
  return { backend: undefined, report: { kind: "none", reason: reasons.length === 0 ? t("No GPU that models could run on was found.") : reasons.join(" ") } };
}

async function candidates<B>(port: BackendPort<B>, reasons: string[]): Promise<readonly string[]> {
  try {
    return await port.candidates();
  } catch (error) {
    reasons.push(t("The machine's GPUs could not be listed: {0}", sentence(error)));
    return [];
  }
}

/** The backend, or why it is of no use, as a sentence. */
async function tryBackend<B>(port: BackendPort<B>, name: string): Promise<GpuBackend<B> | string> {
  let backend: B | undefined;
  try {
    backend = await port.start(name);
    const { names, vram, unified } = await port.devices(backend);
    if (vram.total > 0) return { backend, report: { kind: "gpu", backend: name, names, vram, unified } };
    await port.stop(backend);
    return names.length === 0 ? t("{0} found no GPU.", backendLabel(name)) : t("{0} has no memory that {1} can use.", names.join(", "), backendLabel(name));
  } catch (error) {
    return t("{0} could not be started: {1}", backendLabel(name), sentence(error));
  }
}

/** The name as its makers write it. */
export function backendLabel(name: string): string {
  const labels: Readonly<Record<string, string>> = { cuda: "CUDA", vulkan: "Vulkan", metal: "Metal", cpu: "CPU" };
  return labels[name] ?? name;
}

export function sentence(error: unknown): string {
  const { name, message } = error instanceof Error ? error : { name: "", message: String(error) };
  const text = name === "NoBinaryFoundError" || message === "NoBinaryFoundError" ? noBinary() : message.split("\n")[0] ?? "";
  return /[.!?]$/.test(text) ? text : `${text || t("for no known reason")}.`;
}

/** The library's own name of this error says little. */
function noBinary(): string {
  return t("the driver is too old for it, or Hearth's files for it are not installed");
}
