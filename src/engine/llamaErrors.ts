import { abortError, HearthError, isAbortError } from "../common/errors";
import { t } from "../common/l10n";

/** What of the library is needed to tell its errors apart. */
interface ErrorClasses {
  readonly InsufficientMemoryError: new (message?: string) => Error;
}

/** The library, or its binary for this platform, is not there or does not start. */
export function libraryError(error: unknown): HearthError {
  return new HearthError(
    "model-load-failed",
    t("The part of Hearth that runs models does not start on {0}-{1}: {2}", process.platform, process.arch, messageOf(error)),
    { remedy: t("Install the build of Hearth that is made for this platform."), cause: error },
  );
}

/** The library does not understand a file's header, though it is whole. */
export function unreadable(file: string, cause: unknown): HearthError {
  return new HearthError("model-invalid", t("{0} cannot be read: {1}", file, messageOf(cause)), { remedy: t("Pick another file of this model."), cause });
}

/** An error of loading the weights. */
export function modelError(error: unknown, signal: AbortSignal, classes: ErrorClasses): Error {
  const known = knownError(error, signal);
  if (known) return known;
  if (isAboutMemory(error, classes)) return outOfMemory(t("There is not enough memory for the model: {0}", messageOf(error)), error);
  return new HearthError("model-load-failed", t("The model could not be loaded: {0}", messageOf(error)), {
    remedy: t("Download the file again, or pick another model; the log has llama.cpp's own words."),
    cause: error,
  });
}

/** An error of making the KV cache. */
export function contextError(error: unknown, signal: AbortSignal, classes: ErrorClasses): Error {
  const known = knownError(error, signal);
  if (known) return known;
  if (isAboutMemory(error, classes)) return outOfMemory(t("There is not enough memory for the model's context: {0}", messageOf(error)), error);
  return new HearthError("model-load-failed", t("The model's context could not be made: {0}", messageOf(error)), {
    remedy: t("Set a smaller context size or fewer GPU layers."),
    cause: error,
  });
}

function isAboutMemory(error: unknown, { InsufficientMemoryError }: ErrorClasses): boolean {
  return error instanceof InsufficientMemoryError || /memory|alloc|mmap|too large for/i.test(messageOf(error));
}

function knownError(error: unknown, signal: AbortSignal): Error | undefined {
  if (signal.aborted || isAbortError(error)) return abortError();
  return error instanceof HearthError ? error : undefined;
}

function outOfMemory(message: string, cause: unknown): HearthError {
  return new HearthError("out-of-memory", message, {
    remedy: t("Set a smaller context size or fewer GPU layers, close other programs, or pick a smaller model."),
    cause,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
