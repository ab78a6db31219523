import type { IndexConfig } from "../rag/ports";
import type { Settings } from "./settings";

/** Where the code is, and where its index is kept. */
export type IndexPlace = Pick<IndexConfig, "roots" | "storage">;

export interface WantedIndex {
  readonly config: IndexConfig;
  /** Another text when the index has to be configured anew. */
  readonly key: string;
}

/** The index that the settings ask for; undefined: none. An untrusted workspace's git config may name programs, so git is not run there. */
export function wantedIndex(settings: Settings, place: IndexPlace | undefined, isTrusted: boolean): WantedIndex | undefined {
  if (!place || place.roots.length === 0 || !settings["index.enabled"]) return undefined;
  const vectorDimensions = settings["index.vectorDimensions"];
  const config = {
    ...place,
    exclude: settings["index.exclude"],
    useGit: isTrusted,
    vectorPrecision: settings["index.vectorPrecision"],
    ...(vectorDimensions !== null && { vectorDimensions }),
    restOnBattery: settings["index.restOnBattery"],
  };
  const { embeddingModel, modelDirectories } = settings;
  const server = [settings["embeddingServer.url"], settings["embeddingServer.model"]];
  return { config, key: JSON.stringify([config, embeddingModel, embeddingModel === "" ? [] : modelDirectories, server]) };
}
