import { t } from "./l10n";

/** What went wrong, in words a program can switch on. Every code has a remedy in its message or its `remedy`. */
export type ErrorCode =
  | "bad-use"
  | "bad-setting"
  | "model-not-found"
  | "model-too-small"
  | "model-invalid"
  | "model-load-failed"
  | "out-of-memory"
  | "prompt-too-long"
  | "context-full"
  | "download-failed"
  | "checksum-mismatch"
  | "engine-stopped"
  | "model-changed"
  | "server-unreachable"
  | "server-refused"
  | "server-model-missing"
  | "server-failed"
  | "answer-lost"
  | "no-engine"
  | "index-failed"
  | "aborted"
  | "disposed"
  | "internal";

export interface HearthErrorOptions {
  /** What the person can do about it, as a sentence. */
  readonly remedy?: string;
  readonly cause?: unknown;
}

/** An error that names the problem and the remedy. It keeps its code and remedy when it crosses a process boundary. */
export class HearthError extends Error {
  override readonly name = "HearthError";
  readonly remedy: string | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: HearthErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.remedy = options.remedy;
  }

  /** By name, not by identity: a bundle that is loaded on first use has this class once more. */
  static override [Symbol.hasInstance](value: unknown): value is HearthError {
    return value instanceof Error && value.name === "HearthError" && "code" in value;
  }
}

/** The plain-data form of an error, for messages between processes. */
export interface SerializedError {
  readonly name: string;
  readonly message: string;
  readonly code?: ErrorCode;
  readonly remedy?: string;
  readonly stack?: string;
}

export function serializeError(error: unknown): SerializedError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  return {
    name: error.name,
    message: error.message,
    ...(error instanceof HearthError && { code: error.code, ...(error.remedy !== undefined && { remedy: error.remedy }) }),
    ...(isAbortError(error) && { code: "aborted" as const }),
    ...(error.stack !== undefined && { stack: error.stack }),
  };
}

export function deserializeError(data: SerializedError): Error {
  if (data.code === "aborted") return abortError(data.message);
  if (data.code) return new HearthError(data.code, data.message, data.remedy === undefined ? {} : { remedy: data.remedy });
  const error = new Error(data.message);
  error.name = data.name;
  if (data.stack !== undefined) error.stack = data.stack;
  return error;
}

/** The error that an aborted operation rejects with; `isAbortError` tells it from a failure. */
export function abortError(message = t("The operation was stopped.")): Error {
  return new DOMException(message, "AbortError");
}

export function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

/** Message and remedy as one text, for a terminal or a log line. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof HearthError && error.remedy ? `${error.message} ${error.remedy}` : error.message;
}

/** The operating system's name of an error, such as "ENOENT"; undefined for any other error. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

export function errorCode(error: unknown): ErrorCode | undefined {
  if (error instanceof HearthError) return error.code;
  return isAbortError(error) ? "aborted" : undefined;
}
