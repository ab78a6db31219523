import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";

/** A failure that may be gone at the next try. It is never thrown out of this folder: `error` is. */
export class PassingFailure extends Error {
  override readonly name = "PassingFailure";

  /** @param retryAfterMs what the server asks for; undefined: nothing */
  constructor(
    readonly error: HearthError,
    readonly retryAfterMs?: number,
  ) {
    super(error.message);
  }
}

/** What a server answered instead of what was asked for. */
export interface Refusal {
  readonly host: string;
  readonly status: number;
  /** The server's own words, as far as they may be shown. */
  readonly words: string;
  readonly retryAfterMs?: number;
}

/** A request that is passed on to others may be refused for its size alone. */
const tooLargeStatus = 413;

const passingStatuses: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** As servers word it: llama-server, vLLM, OpenAI, Hearth. */
const tooLong = /context_length_exceeded|exceed_context_size|maximum context length|exceeds? the (available )?context|context (size|length|holds)|too many tokens|(prompt|input).{0,20} too (long|large)|input length/i;
const unknownModel = /model_not_found|model.{0,80}(not found|does not exist|not served)|no such model/i;

/** The error of a reply that is no success. */
export function refusalError(refusal: Refusal): HearthError | PassingFailure {
  const { host, status, words, retryAfterMs } = refusal;
  if (status === 401 || status === 403) return keyError(refusal);
  if (status === tooLargeStatus || tooLong.test(words)) return tooLongError(words);
  if ((status === 404 || status === 400) && unknownModel.test(words)) return missingModel(t("{0} does not have the model: {1}", host, words), []);
  if (passingStatuses.has(status)) return new PassingFailure(busyError(refusal), retryAfterMs);
  if (status >= 300 && status <= 399) return redirectError(host, status);
  return new HearthError("server-failed", words === "" ? t("{0} answers {1}.", host, status) : t("{0} answers {1}: {2}", host, status, words), { remedy: checkAddress() });
}

/** A server may quote the key that it refuses, so its words are left out. */
function keyError({ host, status }: Refusal): HearthError {
  return new HearthError("server-refused", t("{0} answers {1}: it wants a key, or another one.", host, status), {
    remedy: t("Set the server's key: in the editor by the command for it, in a terminal in HEARTH_API_KEY."),
  });
}

function tooLongError(words: string): HearthError {
  return new HearthError("prompt-too-long", t("The prompt is too long for the model's server: {0}", words), {
    remedy: t("Ask a shorter question, attach less code, clear the chat, or have the server run with a larger context."),
  });
}

function busyError({ host, status, words }: Refusal): HearthError {
  const said = words === "" ? "" : ` ${words}`;
  if (status === 429) return new HearthError("server-unreachable", t("{0} has no room for another question now (429).", host) + said, { remedy: t("Ask again in a moment.") });
  return new HearthError("server-unreachable", t("{0} cannot answer now ({1}).", host, status) + said, { remedy: t("Look at the server's own log, and ask again when it is ready.") });
}

/** A key goes to the address that was named, and nowhere else. */
function redirectError(host: string, status: number): HearthError {
  return new HearthError("server-failed", t("{0} sends requests on to another address ({1}), which is not followed.", host, status), {
    remedy: t("Give the address that it sends to, if you trust it."),
  });
}

export function missingModel(message: string, known: readonly string[]): HearthError {
  const remedy = known.length === 0 ? t("Name a model that the server has, or none to take its first.") : t("Name one that it has: {0}.", known.join(", "));
  return new HearthError("server-model-missing", message, { remedy });
}

/** What the network says when a connection that stood is gone. */
const hangUps: ReadonlySet<string> = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

/** @param reason the system's word for it, such as "ECONNREFUSED" */
export function unreachable(host: string, reason: string): HearthError {
  if (hangUps.has(reason)) return endedEarly(host);
  return new HearthError("server-unreachable", t("{0} cannot be reached ({1}).", host, reason), {
    remedy: t("Start the server, or check its address, the network and a firewall between."),
  });
}

export function silent(host: string, seconds: number): HearthError {
  return new HearthError("server-unreachable", t("{0} has sent nothing for {1} s.", host, seconds), {
    remedy: t("Give it longer (the setting server.silenceTimeout), or ask a shorter question: a long prompt takes long to read."),
  });
}

export function unreadable(host: string): HearthError {
  return new HearthError("server-failed", t("{0} answers, but not as a server with OpenAI's API does.", host), { remedy: checkAddress() });
}

/** A stream that ended before the answer did. What has come of it stays. */
export function lostAnswer(host: string, reason: HearthError): HearthError {
  return new HearthError("answer-lost", t("The answer of {0} broke off, and what had come is kept. {1}", host, reason.message), {
    remedy: t("Ask again to have the whole answer."),
    cause: reason,
  });
}

/** A stream that ended in good order, but without the end of the answer. */
export function endedEarly(host: string): HearthError {
  return new HearthError("server-unreachable", t("{0} ended the connection before its answer was whole.", host), {
    remedy: t("Look at the server's own log, and ask again."),
  });
}

function checkAddress(): string {
  return t("Check the server's address; OpenAI's routes usually stand under /v1.");
}
