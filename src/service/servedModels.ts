import type { EngineState } from "../engine/ports";
import { HttpError } from "./httpErrors";
import { servedModel } from "./ports";

/** One chat model is loaded; a request for another one is not answered by this one. */
export function assertServed(wanted: string | undefined, state: EngineState): void {
  const served = servedModel(state);
  if (wanted !== undefined && wanted !== served) throw otherModel(wanted, served);
}

export function otherModel(wanted: string, served: string): HttpError {
  return new HttpError(404, "model_not_found", `The model "${wanted}" is not served here; "${served}" is.`);
}
