import type { ErrorCode } from "../common/errors";
import type { Turn } from "../chat/types";

export const exitCodes = { success: 0, failure: 1, badUse: 2, modelMissing: 3, outOfMemory: 4, stopped: 130 } as const;

/** What the shell is told about an error. */
export function exitCodeOf(code: ErrorCode | undefined): number {
  return (code && codes[code]) ?? exitCodes.failure;
}

const codes: Partial<Record<ErrorCode, number>> = {
  "bad-use": exitCodes.badUse,
  "bad-setting": exitCodes.badUse,
  "model-not-found": exitCodes.modelMissing,
  "server-model-missing": exitCodes.modelMissing,
  "no-engine": exitCodes.modelMissing,
  "out-of-memory": exitCodes.outOfMemory,
  aborted: exitCodes.stopped,
};

/** What the shell is told about an answer. */
export function exitCodeOfTurn(turn: Turn): number {
  const { status } = turn;
  switch (status.kind) {
    case "done":
      return status.record.stopReason === "aborted" ? exitCodes.stopped : exitCodes.success;
    case "searchResults":
      return exitCodeOf(status.reason.code);
    case "failed":
      return exitCodeOf(status.error.code);
    case "running":
      return exitCodes.failure;
  }
}
