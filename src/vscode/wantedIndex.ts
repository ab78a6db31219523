import type { IndexConfig } from "../rag/ports";
import type { Settings } from "./settings";

export interface WantedIndex {
  readonly config: IndexConfig;
  /** Another text when the index has to be configured anew. */
  readonly key: string;
}

/** The index that the settings ask for; undefined: none. An untrusted workspace's git config may name programs, so git is not run there. */
export function wantedIndex(settings: Settings, place: Pick<IndexConfig, "root" | "storage"> | undefined, isTrusted: boolean): WantedIndex | undefined {
  if (!place || !settings["index.enabled"]) return undefined;
  const config = { ...place, exclude: settings["index.exclude"], useGit: isTrusted };
  const { embeddingModel, modelDirectories } = settings;
  return { config, key: JSON.stringify([config, embeddingModel, embeddingModel === "" ? [] : modelDirectories]) };
}
