import { errorCode, type ErrorCode, HearthError } from "../common/errors";

/** The shape of OpenAI's errors, so that its clients show our message. */
export interface ErrorBody {
  readonly error: { readonly message: string; readonly type: string; readonly code: string | null; readonly remedy: string | null };
}

/** An error that has its own status, such as a conversation that does not exist. */
export class HttpError extends Error {
  override readonly name = "HttpError";

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
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
  const remedy = error instanceof HearthError ? (error.remedy ?? null) : null;
  const type = status < 500 ? "invalid_request_error" : "server_error";
  return { error: { message, type, code: codeOf(error), remedy } };
}

function codeOf(error: unknown): string | null {
  if (error instanceof HttpError) return error.code;
  const code = errorCode(error);
  return code === "prompt-too-long" ? "context_length_exceeded" : (code ?? null);
}

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
  aborted: 503,
  disposed: 503,
};

/** Fastify's own errors (a body that is no JSON, too large, or against the schema) carry their status. */
function isFrameworkError(error: unknown): error is Error & { readonly statusCode: number } {
  return error instanceof Error && "statusCode" in error && typeof error.statusCode === "number";
}
