import { isDeepStrictEqual } from "node:util";
import { sameChatModel } from "../engine/engineConfig";
import type { EngineConfig, EngineState } from "../engine/ports";

/**
 * Whether a model that is kept loaded is to be loaded now that the settings have changed. One that was unloaded since
 * nobody asked anything stays so until the next question, unless the change concerns it; one that failed is tried again.
 */
export function loadsAfterChange({ kind }: EngineState, before: EngineConfig, after: EngineConfig): boolean {
  if (kind === "ready") return false;
  return kind !== "idle" || !sameChatModel(before, after) || !isDeepStrictEqual(before.servers, after.servers);
}
