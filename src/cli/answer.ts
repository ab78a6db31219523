import { abortError, describeError, deserializeError, isAbortError } from "../common/errors";
import type { ChatSession } from "../chat/session";
import type { ChatEvent, Question } from "../chat/types";
import type { CodeIndex, IndexStatus, IndexSummary } from "../rag/ports";
import { reportFailure } from "./command";
import type { Reporter } from "./events";
import { exitCodes, exitCodeOfTurn } from "./exitCodes";
import { formatEmbeddingError } from "./plainText";

/** Asks, reports everything that happens, and gives the exit code of the answer. */
export async function reportAnswer(session: ChatSession, question: string | Question, reporter: Reporter, signal: AbortSignal): Promise<number> {
  return reportTurn(session.ask(typeof question === "string" ? { text: question, attachments: [] } : question, signal), reporter);
}

/** The same of an answer that has been asked for. */
export async function reportTurn(events: AsyncIterable<ChatEvent>, reporter: Reporter): Promise<number> {
  let code: number = exitCodes.failure;
  for await (const event of events) {
    reporter.report(event);
    if (event.type === "finished") code = exitCodeOfTurn(event.turn);
  }
  return code;
}

/** Folds older questions into a summary, reports what happens, and gives the exit code. Stopped, nothing has changed. */
export async function reportCompaction(session: ChatSession, reporter: Reporter, signal: AbortSignal): Promise<number> {
  try {
    for await (const event of session.compact(signal)) reporter.report(event);
    return exitCodes.success;
  } catch (error) {
    if (!isAbortError(error)) return reportFailure(reporter, error);
    reporter.report({ type: "notice", text: "The summary was stopped; nothing was changed." });
    return exitCodes.stopped;
  }
}

/** How long a question waits for the vectors that are missing; with those that are there it goes on. Milliseconds. */
const embeddingWaitMs = 5_000;

/**
 * Brings the index up to date with its progress reported, and waits until all files are cut by their syntax and the
 * missing vectors are made. Throws what
 * the update throws, and "index-failed" when the index fails while vectors are made.
 */
export async function reportUpdate(index: CodeIndex, reporter: Reporter, signal: AbortSignal): Promise<IndexSummary> {
  const subscription = index.onDidChangeStatus((status) => reporter.report({ type: "indexStatus", status }));
  try {
    const summary = await index.update(signal);
    return (await embeddingEnd(index, signal, new Refining())) ?? summary;
  } finally {
    subscription.dispose();
  }
}

/** The same for a question: it waits a little for missing vectors, then goes on and says that some are missing. */
export async function reportBriefUpdate(index: CodeIndex, reporter: Reporter, signal: AbortSignal, waitMs = embeddingWaitMs): Promise<void> {
  const subscription = index.onDidChangeStatus((status) => reporter.report({ type: "indexStatus", status }));
  try {
    const updated = await index.update(signal);
    const summary = (await briefly(waitMs, signal, (within) => embeddingEnd(index, within))) ?? updated;
    if (summary.embeddingError) reporter.report({ type: "notice", text: formatEmbeddingError(summary.embeddingError) });
    if (index.status.kind === "embedding") reporter.report({ type: "notice", text: unembeddedNotice(index.status) });
  } finally {
    subscription.dispose();
  }
}

function unembeddedNotice({ done, total }: { readonly done: number; readonly total: number }): string {
  return `${total - done} chunks have no vector yet and are found by words alone; hearth index makes them all.`;
}

/** What `act` resolves with, or undefined when the time is over. */
async function briefly<T>(limitMs: number, signal: AbortSignal, act: (within: AbortSignal) => Promise<T>): Promise<T | undefined> {
  const limit = AbortSignal.timeout(limitMs);
  try {
    return await act(AbortSignal.any([signal, limit]));
  } catch (error) {
    if (limit.aborted && !signal.aborted) return undefined;
    throw error;
  }
}

/** Whether files are still being cut by their syntax, which large trees are in the background: fewer wait each time. */
class Refining {
  #coarse = Infinity;

  /** To be asked once for each summary. Another process does it for an index that this one does not write. */
  goesOn({ coarse = 0, unsaved }: IndexSummary): boolean {
    const goesOn = coarse > 0 && coarse < this.#coarse && unsaved === undefined;
    this.#coarse = coarse;
    return goesOn;
  }
}

/** The summary that stands when the index has come to rest, or could be asked for what it has; undefined when it is off. */
function embeddingEnd(index: CodeIndex, signal: AbortSignal, refining?: Refining): Promise<IndexSummary | undefined> {
  return new Promise((resolve, reject) => {
    const settle = (status: IndexStatus) => {
      if (signal.aborted) reject(abortError());
      else if (status.kind === "ready" && refining?.goesOn(status.summary)) return;
      else if (status.kind === "ready") resolve(status.summary);
      else if (status.kind === "failed") reject(deserializeError(status.error));
      else if (status.kind === "off") resolve(undefined);
      else return;
      subscription.dispose();
      signal.removeEventListener("abort", stop);
    };
    const stop = () => settle(index.status);
    const subscription = index.onDidChangeStatus(settle);
    signal.addEventListener("abort", stop, { once: true });
    settle(index.status);
  });
}

/** Before an answer: an index that cannot be brought up to date is said, and the answer comes all the same. */
export async function prepareContext(index: CodeIndex | undefined, reporter: Reporter, signal: AbortSignal): Promise<void> {
  if (!index) return;
  try {
    await reportBriefUpdate(index, reporter, signal);
  } catch (error) {
    if (!isAbortError(error)) reporter.report({ type: "notice", text: `The index is not up to date: ${describeError(error)}` });
  }
}
