import type { CancellationToken } from "vscode";

/** Runs `act` with a signal that aborts when the editor's token is cancelled. */
export async function withTokenSignal<T>(token: CancellationToken, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  const listener = token.onCancellationRequested(() => controller.abort());
  try {
    return await act(controller.signal);
  } finally {
    listener.dispose();
  }
}
