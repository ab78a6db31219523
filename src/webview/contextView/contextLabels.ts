import { t } from "../../common/l10n";
import type { ViewContext, ViewContextPart, ViewContextPartKind } from "../protocol";

/** What a part is called. */
export function kindLabel(kind: ViewContextPartKind): string {
  switch (kind) {
    case "system":
      return t("System prompt");
    case "rules":
      return t("Rules");
    case "summary":
      return t("Summary");
    case "code":
      return t("Found code");
    case "attachments":
      return t("Attachments");
    case "history":
      return t("History");
    case "question":
      return t("Next question");
    case "answer":
      return t("Kept for the answer");
    case "free":
      return t("Free");
    default:
      return kind satisfies never;
  }
}

/** Tokens that are taken: by all but what is kept for the answer and what is free. */
export function takenTokens({ parts }: ViewContext): number {
  return sumOf(parts.filter(({ kind }) => kind !== "answer" && kind !== "free"));
}

export function sumOf(parts: readonly ViewContextPart[]): number {
  return parts.reduce((sum, { tokens }) => sum + tokens, 0);
}
