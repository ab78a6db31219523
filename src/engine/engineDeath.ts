import { HearthError } from "../common/errors";
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

const askAgain = "It starts again by itself: ask once more.";

/**
 * The error for those who waited for the process. A native abort leaves no error of its own: memory is told by what
 * the process printed, or by the signal with which Linux ends a program when the memory is used up.
 */
export function deathError(death: EngineDeath, platform: NodeJS.Platform = process.platform): HearthError {
  const { reason } = death;
  if (isOutOfMemory(death, platform)) {
    const when = death.loading ? "while it loaded the model" : "while it worked";
    return new HearthError("out-of-memory", `The engine was ended ${when}, most likely for want of memory. ${reason.message}`, {
      remedy: "Set a smaller context size or fewer GPU layers, close other programs, or pick a smaller model.",
      cause: reason,
    });
  }
  return new HearthError("engine-stopped", `The engine stopped unexpectedly. ${reason.message}`, {
    remedy: `${askAgain} If it stops again, set a smaller context size, fewer GPU layers, or pick another model.`,
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
  return `Loading the model on the GPU (${backendLabel(device)}) ended the engine. ${reason.message}${words === "" ? "" : ` ${words}`}`;
}
