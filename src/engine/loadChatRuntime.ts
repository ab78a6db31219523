import { describeError, HearthError, isAbortError } from "../common/errors";
import { t } from "../common/l10n";
import type { Log } from "../common/log";
import { loadOnDevice, type Placed } from "./deviceChoice";
import { cacheFormat } from "./engineConfig";
import { fitModel } from "./fitModel";
import type { FitReport } from "./modelReports";
import { refuseTooLarge, withFigures } from "./outOfMemory";
import type { EngineConfig } from "./ports";
import type { ChatRuntime, LlamaRuntime } from "./runtime";

interface RuntimeRequest {
  /** Of a model that was found sound. */
  readonly file: string;
  readonly config: EngineConfig;
  readonly threads: number;
  readonly signal: AbortSignal;
  /** @param device "cpu", or the GPU backend that it is being loaded on */
  readonly onProgress: (fraction: number, device: string) => void;
}

/**
 * Loads a chat model where the configuration says and the machine has room for it.
 * Throws "out-of-memory" with what is needed and what is free, "model-load-failed", or an AbortError.
 */
export async function loadChatRuntime(request: RuntimeRequest, llama: LlamaRuntime, log: Log): Promise<Placed<ChatRuntime>> {
  const fits = new FitReports(request, llama, log);
  return loadOnDevice(
    request.config.gpuLayers,
    {
      gpu: () => llama.gpu(),
      layersFor: async () => (await fits.for("auto"))?.gpuLayers ?? "auto",
      load: (gpuLayers, device) => load(request, gpuLayers, device, llama, fits),
    },
    log,
  );
}

type GpuLayers = EngineConfig["gpuLayers"];

async function load(request: RuntimeRequest, gpuLayers: GpuLayers, device: string, llama: LlamaRuntime, fits: FitReports): Promise<ChatRuntime> {
  const { file, config, threads, signal, onProgress } = request;
  const report = await fits.for(gpuLayers);
  if (report) refuseTooLarge(report, await llama.memory(gpuLayers));
  signal.throwIfAborted();
  onProgress(0, device);
  const { contextSize, sequences } = config;
  try {
    return await llama.loadChat({
      ...{ file, gpuLayers, contextSize, sequences, threads, signal, ...cacheFormat(config) },
      onProgress: (fraction) => onProgress(fraction, device),
    });
  } catch (error) {
    throw withFigures(withCacheType(error, config), report);
  }
}

/** Not every shape of model has a quantised cache, and the library does not say that it is the reason. */
function withCacheType(error: unknown, { kvCacheType }: EngineConfig): unknown {
  if (kvCacheType === "f16" || !(error instanceof HearthError) || error.code !== "model-load-failed") return error;
  return new HearthError(error.code, error.message, { remedy: `${t("Set kvCacheType to f16: not every model works with {0}.", kvCacheType)} ${error.remedy ?? ""}`.trimEnd(), cause: error });
}

/** What a load would need; the library reads the file's header for each, so a known one is kept. */
class FitReports {
  readonly #known = new Map<GpuLayers, FitReport | undefined>();

  constructor(
    readonly request: RuntimeRequest,
    readonly llama: LlamaRuntime,
    readonly log: Log,
  ) {}

  /** Undefined where the figures cannot be had: loading tells then. */
  async for(gpuLayers: GpuLayers): Promise<FitReport | undefined> {
    const known = this.#known.get(gpuLayers);
    if (known) return known;
    const report = await this.#read(gpuLayers);
    this.#known.set(gpuLayers, report);
    if (report) this.#known.set(report.gpuLayers, report);
    return report;
  }

  async #read(gpuLayers: GpuLayers): Promise<FitReport | undefined> {
    const { config, signal } = this.request;
    try {
      return await fitModel({ gpuLayers }, config, this.llama, signal);
    } catch (error) {
      if (isAbortError(error)) throw error;
      this.log.write("debug", `How much memory the model needs is not known: ${describeError(error)}`);
      return undefined;
    }
  }
}
