import { errorCode } from "../common/errors";
import { catalogEntry, standIn } from "./catalog";
import { findEntry, type ResolvedModel, resolveModel } from "./modelFile";
import type { EngineConfig } from "./ports";

/** A model, and the configured one that it stands in for. */
export interface ChosenModel extends ResolvedModel {
  readonly standsInFor?: string;
}

/**
 * The configured chat model; where that is one of the catalog and not downloaded, the one that comes with Hearth. A
 * path that leads nowhere is not stood in for, since somebody meant that very file, nor is anything where a server is
 * to answer instead. Throws what resolveModel throws.
 */
export async function chooseModel(config: Pick<EngineConfig, "model" | "standIn">, directories: readonly string[]): Promise<ChosenModel> {
  try {
    return await resolveModel(config.model, directories, "chat");
  } catch (error) {
    const ember = errorCode(error) === "model-not-found" && mayStandIn(config) ? await installed(standIn, directories) : undefined;
    if (!ember) throw error;
    return { ...ember, standsInFor: config.model };
  }
}

function mayStandIn({ model, standIn: allowed }: Pick<EngineConfig, "model" | "standIn">): boolean {
  return allowed !== false && catalogEntry(model) !== undefined && model !== standIn;
}

/** Whether what is stood in for has come meanwhile. */
export async function hasArrived(standsInFor: string, directories: readonly string[]): Promise<boolean> {
  return (await installed(standsInFor, directories)) !== undefined;
}

/** A model of the catalog whose file is there. */
async function installed(id: string, directories: readonly string[]): Promise<ResolvedModel | undefined> {
  const entry = catalogEntry(id);
  const file = entry && (await findEntry(entry, directories));
  return entry && file !== undefined ? { id: entry.id, file, entry } : undefined;
}
