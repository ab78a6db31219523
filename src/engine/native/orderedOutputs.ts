import type { LlamaContext } from "node-llama-cpp";
import { HearthError } from "../../common/errors";

type Method = (...args: readonly unknown[]) => Promise<unknown>;

/** The library's binding of a context. Its types leave it out. */
interface NativeContext {
  decodeBatch: Method;
  sampleToken: Method;
}

/**
 * Keeps the conversations of a context apart while their tokens are drawn. llama.cpp brings the outputs of a batch into
 * the order of its rows when they are first looked at (`output_reorder`), which is safe on one thread only; the library
 * looks at those of all rows at once, each on a thread of its own, so that two rows could be given each other's outputs.
 * Here the first draw from a batch is over before the others begin.
 * Throws "internal" where a version of the library has other insides.
 */
export function orderOutputs(context: LlamaContext): void {
  const native: unknown = Reflect.get(context, "_ctx");
  if (!isNativeContext(native)) throw new HearthError("internal", "This version of the model library draws tokens in another way, in which answers might be mixed up.");
  orderDraws(native);
}

/** Exported for its test. */
export function orderDraws(native: NativeContext): void {
  const decodeBatch = native.decodeBatch.bind(native);
  const sampleToken = native.sampleToken.bind(native);
  let first: Promise<unknown> | undefined;
  const ordered: NativeContext = {
    decodeBatch(...args) {
      first = undefined;
      return decodeBatch(...args);
    },
    async sampleToken(...args) {
      if (first) {
        await first;
        return sampleToken(...args);
      }
      const drawn = sampleToken(...args);
      // One that fails has looked at the outputs, too, and tells its own caller.
      first = Promise.allSettled([drawn]);
      return drawn;
    },
  };
  // Methods of a binding cannot be assigned to.
  for (const [name, value] of Object.entries(ordered)) Object.defineProperty(native, name, { value, configurable: true });
}

function isNativeContext(native: unknown): native is NativeContext {
  if (typeof native !== "object" || native === null) return false;
  return (["decodeBatch", "sampleToken"] as const).every((name) => typeof Reflect.get(native, name) === "function");
}
