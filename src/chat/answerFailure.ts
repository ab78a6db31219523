import { abortError, describeError, errorCode, type SerializedError, serializeError } from "../common/errors";
import { t } from "../common/l10n";
import type { Log } from "../common/log";
import { searchResults } from "./searchResults";
import type { TurnRun } from "./turnRun";
import type { Turn } from "./types";

/** The turn of a run that failed. Without a model the search results are the answer; every other failure is the turn's own. */
export async function failedTurn(run: TurnRun, error: unknown, log: Log): Promise<Turn> {
  const reason = reasonOf(error);
  const code = errorCode(error);
  if (code !== "model-not-found" && code !== "no-engine") {
    if (code !== "aborted") log.write("warn", `A question failed: ${describeError(error)}`);
    return { ...run.turn, status: { kind: "failed", error: reason } };
  }
  const { text, citations } = searchResults(await run.found());
  return { ...run.turn, answerText: text, citations, status: { kind: "searchResults", reason } };
}

/** The turn of a run whose listener left in the middle. */
export function leftTurn(turn: Turn): Turn {
  return { ...turn, status: { kind: "failed", error: reasonOf(abortError(t("The answer was left."))) } };
}

/** Without the stack, which belongs in the log: a conversation is stored, and may be passed on. */
function reasonOf(error: unknown): SerializedError {
  const { name, message, code, remedy } = serializeError(error);
  return { name, message, ...(code !== undefined && { code }), ...(remedy !== undefined && { remedy }) };
}
