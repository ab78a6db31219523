import { HearthError } from "../common/errors";
import { t } from "../common/l10n";
import { backendLabel } from "./gpuBackend";

/** How an engine process ended. */
export interface EngineDeath {
  readonly reason: Error;
  /** The end of what it printed. */
  readonly lastWords: string;
  /** It was loading a model. */
  readonly loading: boolean;
}

/** What llama.cpp, the C++ library and GPU drivers print when an allocation failed. */
const allocationFailure = /bad_alloc|out of memory|out of device memory|failed to allocate|cannot allocate|unable to allocate|not enough memory/i;

/**
 * The error for those who waited for the process. A native abort leaves no error of its own: memory is told by what
 * the process printed, or by the signal with which Linux ends a program when the memory is used up.
 */
export function deathError(death: EngineDeath, platform: NodeJS.Platform = process.platform): HearthError {
  const { reason } = death;
  if (isOutOfMemory(death, platform)) {
    const ended = death.loading
      ? t("The engine was ended while it loaded the model, most likely for want of memory.")
      : t("The engine was ended while it worked, most likely for want of memory.");
    return new HearthError("out-of-memory", `${ended} ${reason.message}`, {
      remedy: t("Set a smaller context size or fewer GPU layers, close other programs, or pick a smaller model."),
      cause: reason,
    });
  }
  return new HearthError("engine-stopped", t("The engine stopped unexpectedly. {0}", reason.message), {
    remedy: t("It starts again by itself: ask once more. If it stops again, set a smaller context size, fewer GPU layers, or pick another model."),
    cause: reason,
  });
}

function isOutOfMemory({ reason, lastWords, loading }: EngineDeath, platform: NodeJS.Platform): boolean {
  if (allocationFailure.test(lastWords)) return true;
  return loading && platform === "linux" && reason.message.includes("SIGKILL");
}

/** Why a model that was being loaded on the GPU is loaded on the processor now, as a sentence. */
export function gpuDeathReason({ reason, lastWords }: EngineDeath, device: string): string {
  const words = lastWords.split("\n").at(-1)?.trim() ?? "";
  return [t("Loading the model on the GPU ({0}) ended the engine.", backendLabel(device)), reason.message, ...(words === "" ? [] : [words])].join(" ");
}
