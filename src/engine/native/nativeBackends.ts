import type { Llama, LlamaGpuType } from "node-llama-cpp";
import { physicalCores } from "../cpuCores";
import { type BackendPort, type GpuBackend, startGpuBackend } from "../gpuBackend";
import { libraryError } from "../llamaErrors";
import type { EngineConfig } from "../ports";
import type { GpuReport, RuntimeLog } from "../runtime";
import type { LibraryLoader } from "./library";
import { runtimeLogLevel } from "./runtimeLogLevel";

/** The library's instances: one for the processor and one for the GPU, each started at the first need. */
export class NativeBackends {
  readonly #library: LibraryLoader;
  readonly #log: RuntimeLog;
  #processor: Promise<Llama> | undefined;
  #gpu: Promise<GpuBackend<Llama>> | undefined;

  constructor(library: LibraryLoader, log: RuntimeLog) {
    this.#library = library;
    this.#log = log;
  }

  /** The GPU's where layers are to go there and there is one; the processor's otherwise. */
  async for(gpuLayers: EngineConfig["gpuLayers"]): Promise<Llama> {
    const gpu = gpuLayers === 0 ? undefined : (await this.#startGpu()).backend;
    return gpu ?? this.#startProcessor();
  }

  async gpu(): Promise<GpuReport> {
    const { backend, report } = await this.#startGpu();
    if (!backend || report.kind === "none") return report;
    return { ...report, ...(await devicesOf(backend)) };
  }

  /** All that run now. */
  async started(): Promise<readonly Llama[]> {
    const [processor, gpu] = await Promise.allSettled([this.#processor, this.#gpu]);
    const backends = [processor.status === "fulfilled" ? processor.value : undefined, gpu.status === "fulfilled" ? gpu.value?.backend : undefined];
    return backends.filter((backend) => backend !== undefined);
  }

  async dispose(): Promise<void> {
    const started = await this.started();
    this.#processor = undefined;
    this.#gpu = undefined;
    for (const llama of started) await llama.dispose();
  }

  #startProcessor(): Promise<Llama> {
    this.#processor ??= this.#start(false).catch((error: unknown) => {
      this.#processor = undefined;
      throw libraryError(error);
    });
    return this.#processor;
  }

  #startGpu(): Promise<GpuBackend<Llama>> {
    const port: BackendPort<Llama> = {
      candidates: async () => (await (await this.#library()).getLlamaGpuTypes("supported")).filter((type) => type !== false),
      start: (name) => this.#start(name as LlamaGpuType),
      devices: devicesOf,
      stop: (llama) => llama.dispose(),
    };
    this.#gpu ??= startGpuBackend(port);
    return this.#gpu;
  }

  async #start(gpu: LlamaGpuType): Promise<Llama> {
    const library = await this.#library();
    return library.getLlama({
      gpu,
      build: "never",
      skipDownload: true,
      progressLogs: false,
      logLevel: library.LlamaLogLevel.info,
      logger: (level, message) => this.#log(runtimeLogLevel(level, message), message.trimEnd()),
      maxThreads: await physicalCores(),
    });
  }
}

async function devicesOf(llama: Llama) {
  const names = llama.gpu === false ? [] : await llama.getGpuDeviceNames();
  const { total, free, unifiedSize } = await llama.getVramState();
  return { names, vram: { total, free }, unified: unifiedSize > 0 };
}
