import { rm } from "node:fs/promises";
import { window } from "vscode";
import { byteSize } from "../../common/byteSize";
import { t } from "../../common/l10n";
import type { ModelListing } from "../../engine/ports";
import { partsOf } from "./modelParts";
import { isInUse, type ModelsInUse, sizeOf } from "./modelRows";

/** Deletes a model's file, or all its parts, after a question that says what it would mean. */
export async function deleteModel(listing: ModelListing, used: ModelsInUse): Promise<void> {
  const { id, file } = listing;
  if (file === undefined) return;
  const button = t("Delete");
  const size = sizeOf(listing);
  const message = size === undefined ? t("Delete {0}?", id) : t("Delete {0}? That frees {1}.", id, byteSize(size));
  const detail = isInUse(listing, used) ? t("It is in use: until another model is set, or it is downloaded again, Hearth goes on without it.") : t("It can be downloaded again where it came from.");
  if ((await window.showWarningMessage(message, { modal: true, detail }, button)) !== button) return;
  for (const part of await partsOf(file)) await rm(part, { force: true });
}
