import { AsyncQueue } from "../common/asyncQueue";
import type { ChatModel, ModelInfo } from "../engine/ports";
import type { ChatEvent } from "./types";

/** Loads the model if need be, with its progress as "loading" events. */
export async function* loadModel(model: ChatModel, signal: AbortSignal): AsyncGenerator<ChatEvent, ModelInfo, undefined> {
  const progress = new AsyncQueue<ChatEvent>();
  const subscription = model.onDidChangeState((state) => {
    if (state.kind === "loading") progress.push({ type: "loading", fraction: state.fraction });
  });
  const loaded = model.load(signal).finally(() => progress.end());
  loaded.catch(() => undefined); // awaited below; this only keeps an early rejection from being reported as unhandled
  try {
    yield* progress;
    return await loaded;
  } finally {
    subscription.dispose();
  }
}
