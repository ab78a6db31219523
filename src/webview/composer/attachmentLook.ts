import { rangeLabel, shortRangeLabel } from "../format";
import type { IconName } from "../icons";
import type { ViewAttachment, ViewMentionKind } from "../protocol";

export const kindIcons = {
  file: "file",
  folder: "folder",
  symbol: "symbol",
  selection: "selection",
  openEditors: "editors",
  problems: "warning",
  terminal: "terminal",
  gitDiff: "diff",
  codebase: "search",
  notebookCell: "notebook",
} as const satisfies Record<ViewMentionKind, IconName>;

export function attachmentIcon({ source = "file" }: ViewAttachment): IconName {
  return source === "paste" ? "clipboard" : kindIcons[source];
}

/** Whether it is lines of a file, which can be opened. */
export function isCodeOfFile({ source }: ViewAttachment): boolean {
  return source === undefined || source === "selection" || source === "symbol" || source === "paste";
}

/** What a chip says. */
export function attachmentLabel(attachment: ViewAttachment): string {
  return attachment.label ?? shortRangeLabel(attachment);
}

/** What tells it from all others. */
export function attachmentName(attachment: ViewAttachment): string {
  return attachment.label ?? rangeLabel(attachment);
}
