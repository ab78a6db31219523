import type { Log } from "../../common/log";
import type { Engine, EngineConfig } from "../ports";
import type { ServerKeys } from "./serverKeys";

export interface RoutedEngineOptions {
  readonly config: EngineConfig;
  /** Makes the engine of this machine. Its configuration comes without `servers`. */
  readonly createNative: (config: EngineConfig) => Engine;
  readonly keys: ServerKeys;
  readonly log: Log;
}

/**
 * The engine of this machine, with the models that `config.servers` names on servers instead: chat, embeddings or both.
 * What concerns files of models (downloads, the list, fit) is always this machine's.
 */
export function createRoutedEngine({ config, createNative }: RoutedEngineOptions): Engine {
  return createNative(config);
}
