import { ProgressLocation, window } from "vscode";
import { byteSize } from "../common/byteSize";
import { HearthError } from "../common/errors";
import { t } from "../common/l10n";
import { catalogEntry } from "../engine/catalog";
import type { ModelStatus } from "./modelStatus";
import { modelLabel } from "./viewModel";

/**
 * Downloads a catalog model with a progress message, then loads it where it is the one that is set. Cancelling the
 * message pauses: what has come is kept, and the next download goes on from it. Rejects when it fails.
 */
export async function downloadModel(status: ModelStatus, model: string): Promise<void> {
  if (!catalogEntry(model)) {
    throw new HearthError("bad-use", t("{0} is not in the catalog, so it cannot be downloaded.", modelLabel(model)), {
      remedy: t("Select a model of the catalog, or pick a file."),
    });
  }
  const title = t("Hearth: downloading {0}", model);
  await window.withProgress({ location: ProgressLocation.Notification, title, cancellable: true }, async (progress, token) => {
    const cancelled = token.onCancellationRequested(() => status.pauseDownload(model));
    let shown = 0;
    const listener = status.onDidChange(() => {
      const download = status.downloadOf(model);
      if (!download || download.totalBytes === 0) return;
      const percent = (100 * download.receivedBytes) / download.totalBytes;
      progress.report({ increment: percent - shown, message: message(download) });
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
  if (phase === "verify") return t("verifying");
  return t("{0} of {1}", byteSize(receivedBytes), byteSize(totalBytes));
}
