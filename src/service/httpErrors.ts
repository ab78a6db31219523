import { errorCode, type ErrorCode, HearthError } from "../common/errors";

/** The shape of OpenAI's errors, so that its clients show our message. */
export interface ErrorBody {
  readonly error: { readonly message: string; readonly type: string; readonly code: string | null; readonly remedy: string | null };
}

export interface HttpErrorOptions {
  /** What the client can do about it, as a sentence. */
  readonly remedy?: string;
  /** When to try again, in whole seconds; sent as Retry-After. */
  readonly retryAfterSeconds?: number;
}

/** An error that has its own status, such as a conversation that does not exist. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly remedy: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    { remedy, retryAfterSeconds }: HttpErrorOptions = {},
  ) {
    super(message);
    this.remedy = remedy;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export function statusOf(error: unknown): number {
  if (error instanceof HttpError) return error.status;
  if (isFrameworkError(error)) return error.statusCode;
  const code = errorCode(error);
  return (code && statuses[code]) ?? 500;
}

export function errorBody(error: unknown): ErrorBody {
  const status = statusOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const remedy = error instanceof HearthError || error instanceof HttpError ? (error.remedy ?? null) : null;
  return { error: { message, type: typeOf(status), code: codeOf(error), remedy } };
}

/** The head of the reply to an error. Whoever finds the engine restarting is told to come again soon. */
export function errorHeaders(error: unknown): Readonly<Record<string, string>> {
  const status = statusOf(error);
  const seconds = error instanceof HttpError ? error.retryAfterSeconds : errorCode(error) === "engine-stopped" ? restartSeconds : undefined;
  return {
    ...(seconds !== undefined && { "retry-after": String(seconds) }),
    ...(status === 401 && { "www-authenticate": 'Bearer realm="hearth"' }),
  };
}

function typeOf(status: number): string {
  if (status === 429) return "rate_limit_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}

function codeOf(error: unknown): string | null {
  if (error instanceof HttpError) return error.code;
  const code = errorCode(error);
  return code === "prompt-too-long" ? "context_length_exceeded" : (code ?? null);
}

/** An engine that died is back after about so long, the time to load a model of usual size. */
const restartSeconds = 5;

/** What the client can mend is 400; what a later try may find mended is 503. */
const statuses: Partial<Record<ErrorCode, number>> = {
  "bad-use": 400,
  "bad-setting": 400,
  "prompt-too-long": 400,
  "context-full": 400,
  "model-not-found": 503,
  "model-invalid": 503,
  "model-load-failed": 503,
  "out-of-memory": 503,
  "engine-stopped": 503,
  "model-changed": 503,
  "server-unreachable": 503,
  "server-refused": 503,
  "server-model-missing": 503,
  "no-engine": 503,
  "server-failed": 502,
  "answer-lost": 502,
  aborted: 503,
  disposed: 503,
};

/** Fastify's own errors (a body that is no JSON, too large, or against the schema) carry their status. */
function isFrameworkError(error: unknown): error is Error & { readonly statusCode: number } {
  return error instanceof Error && "statusCode" in error && typeof error.statusCode === "number";
}
