import { HearthError } from "../../common/errors";
import type { Log } from "../../common/log";
import type { GenerateEvent } from "../ports";
import { readChunk } from "./answerChunk";
import type { AnswerProgress } from "./answerProgress";
import { eventData } from "./eventStream";
import { Retries } from "./retries";
import type { ServerClient, ServerRequest, StreamReply } from "./serverClient";
import { endedEarly, lostAnswer, PassingFailure, refusalError, unreadable } from "./serverErrors";

export interface StreamAnswerOptions {
  readonly client: ServerClient;
  readonly request: ServerRequest;
  readonly progress: AnswerProgress;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Milliseconds before each further try. */
  readonly retryDelays?: readonly number[];
}

/**
 * Sends the request and gives what comes. It is sent again only while no text has come; what fails after that is thrown
 * as "answer-lost". Throws what `ServerClient` throws, a `PassingFailure` as its error, and abort errors.
 */
export async function* streamAnswer(options: StreamAnswerOptions): AsyncGenerator<GenerateEvent, void, undefined> {
  const { progress, signal, log, retryDelays } = options;
  const retries = new Retries({ log, ...(retryDelays && { delays: retryDelays }) });
  for (;;) {
    try {
      return yield* once(options);
    } catch (failure) {
      if (signal.aborted || !progress.hasBegun) await retries.next(failure, signal);
      else throw broken(options, failure);
    }
  }
}

async function* once({ client, request, progress, signal }: StreamAnswerOptions): AsyncGenerator<GenerateEvent, void, undefined> {
  try {
    for await (const data of dataOf(await client.stream(request, signal))) {
      const read = readChunk(data);
      if (read.kind === "end") break;
      if (read.kind === "error") throw refusalError({ host: client.address.host, status: 500, words: read.words });
      if (read.kind === "unreadable") throw unreadable(client.address.host);
      yield* progress.take(read.chunk);
    }
  } catch (error) {
    // The numbers that would follow the last piece of the answer are not worth the answer.
    if (signal.aborted || !progress.isWhole) throw client.explain(error, signal);
  }
  if (!progress.isWhole) throw new PassingFailure(endedEarly(client.address.host));
}

/** A server that knows no streams sends its answer in one piece. */
async function* dataOf({ isJson, bytes }: StreamReply): AsyncGenerator<string, void, undefined> {
  if (!isJson) return yield* eventData(bytes);
  const decoder = new TextDecoder();
  let text = "";
  for await (const part of bytes) text += decoder.decode(part, { stream: true });
  yield text;
}

function broken({ client }: StreamAnswerOptions, failure: unknown): unknown {
  const error = failure instanceof PassingFailure ? failure.error : failure;
  return error instanceof HearthError ? lostAnswer(client.address.host, error) : error;
}
