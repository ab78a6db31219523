import { ProgressLocation, window } from "vscode";
import { HearthError } from "../common/errors";
import { catalogEntry } from "../engine/catalog";
import type { ModelStatus } from "./modelStatus";
import { modelLabel } from "./viewModel";

/** Downloads a catalog model with a progress message that can be cancelled, then loads it. Rejects when it fails. */
export async function downloadModel(status: ModelStatus, model: string): Promise<void> {
  if (!catalogEntry(model)) {
    throw new HearthError("bad-use", `${modelLabel(model)} is not in the catalog, so it cannot be downloaded.`, {
      remedy: "Select a model of the catalog, or pick a file.",
    });
  }
  const title = `Hearth: downloading ${model}`;
  await window.withProgress({ location: ProgressLocation.Notification, title, cancellable: true }, async (progress, token) => {
    const cancelled = token.onCancellationRequested(() => status.cancelDownload());
    let shown = 0;
    const listener = status.onDidChange((state) => {
      if (state.kind !== "downloading" || state.totalBytes === 0) return;
      const percent = (100 * state.receivedBytes) / state.totalBytes;
      progress.report({ increment: percent - shown, message: message(state) });
      shown = percent;
    });
    try {
      await status.download(model);
    } finally {
      listener.dispose();
      cancelled.dispose();
    }
  });
}

function message({ phase, receivedBytes, totalBytes }: { phase: string; receivedBytes: number; totalBytes: number }): string {
  if (phase === "verify") return "verifying";
  return `${gigabytes(receivedBytes)} of ${gigabytes(totalBytes)} GB`;
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}
