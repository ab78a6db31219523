import { HearthError } from "../../common/errors";

/** Why there is nothing to attach, and what can be done about it. */
export function nothingThere(message: string, remedy: string): HearthError {
  return new HearthError("bad-use", message, { remedy });
}
