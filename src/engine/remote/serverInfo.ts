import { defaultsFor } from "../catalog";
import type { ModelInfo } from "../ports";
import type { ServerAddress } from "./serverAddress";
import type { ServerModel } from "./serverModel";

/** What the rest of the program sees of a server's model. What a server does not tell, and what is not its business, is 0. */
export function serverInfo({ base }: ServerAddress, model: ServerModel, loadMs: number): ModelInfo {
  const { name, hash, contextSize, trainedContextSize, slots, version } = model;
  return {
    ...{ id: name, file: "", hash, format: "server", server: base, device: "server" },
    ...{ contextSize, trainedContextSize, sequences: slots, libraryVersion: version, loadMs },
    ...{ gpuLayers: 0, layers: 0, threads: 0, prefillThreads: 0, kvCacheType: "f16", flashAttention: false },
    defaults: model.defaults ?? defaultsFor({ architecture: "", name, contextLength: contextSize }),
  };
}
