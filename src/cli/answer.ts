import { describeError, isAbortError } from "../common/errors";
import type { ChatSession } from "../chat/session";
import type { CodeIndex, IndexSummary } from "../rag/ports";
import type { Reporter } from "./events";
import { exitCodes, exitCodeOfTurn } from "./exitCodes";

/** Asks, reports everything that happens, and gives the exit code of the answer. */
export async function reportAnswer(session: ChatSession, text: string, reporter: Reporter, signal: AbortSignal): Promise<number> {
  let code: number = exitCodes.failure;
  for await (const event of session.ask({ text, attachments: [] }, signal)) {
    reporter.report(event);
    if (event.type === "finished") code = exitCodeOfTurn(event.turn);
  }
  return code;
}

/** Brings the index up to date with its progress reported. Throws what the update throws. */
export async function reportUpdate(index: CodeIndex, reporter: Reporter, signal: AbortSignal): Promise<IndexSummary> {
  const subscription = index.onDidChangeStatus((status) => reporter.report({ type: "indexStatus", status }));
  try {
    return await index.update(signal);
  } finally {
    subscription.dispose();
  }
}

/** Before an answer: an index that cannot be brought up to date is said, and the answer comes all the same. */
export async function prepareContext(index: CodeIndex | undefined, reporter: Reporter, signal: AbortSignal): Promise<void> {
  if (!index) return;
  try {
    await reportUpdate(index, reporter, signal);
  } catch (error) {
    if (!isAbortError(error)) reporter.report({ type: "notice", text: `The index is not up to date: ${describeError(error)}` });
  }
}
