import { abortError } from "./errors";

/**
 * The promise's result, or an error as soon as `signal` fires; the work behind the promise goes on.
 * @param errorOf what it rejects with then; by default an AbortError, whatever the signal's reason
 */
export function raceSignal<T>(promise: Promise<T>, signal: AbortSignal | undefined, errorOf: (signal: AbortSignal) => Error = () => abortError()): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(errorOf(signal));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** For `raceSignal`: the signal's own reason, which tells a time limit from somebody's stop. */
export function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : abortError();
}
