import os from "node:os";
import type { Log } from "../../common/log";
import type { ModelInfo } from "../ports";
import type { ChatRuntime } from "../runtime";
import { busyProcessors, type CpuSnapshot, cpuSnapshot, freeCores } from "./cpuLoad";
import { ThreadStore } from "./threadStore";
import { type TunedEngine, ThreadTuner } from "./threadTuner";

export interface TuneThreadsOptions {
  /** Where measurements are kept; empty: nowhere. */
  readonly directory: string;
  readonly cores: number;
  /** When the model began to load: what others did since then tells how busy the machine is. */
  readonly loadBegan: CpuSnapshot;
  readonly log: Log;
  /** Called when other numbers turned out better after the load. */
  readonly onInfoChanged?: (info: ModelInfo) => void;
}

/** Sets the numbers of threads that are best for a loaded model, and goes on seeing to it until the engine is disposed. */
export async function tuneThreads(engine: TunedEngine & { readonly info: ModelInfo }, runtime: ChatRuntime, options: TuneThreadsOptions): Promise<ThreadTuner> {
  const { directory, cores, loadBegan, log } = options;
  const { info } = engine;
  const store = directory === "" ? undefined : new ThreadStore(directory, log);
  const threads = freeCores(cores, busyProcessors(loadBegan, cpuSnapshot()));
  const tuner = new ThreadTuner({ engine, runtime, onChange: () => options.onInfoChanged?.(engine.info), cores, store, log, model: info.id, key: measurementKey(info, cores) }, threads);
  await tuner.start();
  return tuner;
}

/** What a measurement depends on: the machine, the model, and how it is loaded. */
function measurementKey({ hash, kvCacheType, flashAttention, device, gpuLayers, libraryVersion }: ModelInfo, cores: number): string {
  const machine = `${os.cpus()[0]?.model.trim() ?? os.arch()}, ${cores} cores`;
  return `${machine}; ${hash}, ${kvCacheType}, ${flashAttention ? "flash attention" : "no flash attention"}, ${device}, ${gpuLayers} layers on it; ${libraryVersion}`;
}
