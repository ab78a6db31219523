import type { GenerateRequest, Guidance } from "../ports";

/** What steers an answer; a scale of 0 steers nothing. */
export function steering({ guidance }: Pick<GenerateRequest, "guidance">): Guidance | undefined {
  return guidance && guidance.scale > 0 ? guidance : undefined;
}
