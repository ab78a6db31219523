import { t } from "../../common/l10n";
import type { ViewAttachment } from "../protocol";
import { attachmentName } from "./attachmentLook";

/** Says in words what came and what went; empty: nothing. */
export function attachmentChange(before: readonly ViewAttachment[], after: readonly ViewAttachment[]): string {
  const came = without(after, before);
  const went = without(before, after);
  return [came && t("Attached {0}.", came), went && t("Removed {0}.", went)].filter(Boolean).join(" ");
}

function without(some: readonly ViewAttachment[], others: readonly ViewAttachment[]): string {
  const known = new Set(others.map(attachmentName));
  return some.map(attachmentName).filter((name) => !known.has(name)).join(", ");
}
