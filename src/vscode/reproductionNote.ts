import { counted } from "../common/counted";
import { t } from "../common/l10n";
import type { Reproduction } from "../chat/types";

/** What came of computing an answer again, in a sentence. */
export function reproductionNote(result: Reproduction): string {
  switch (result.kind) {
    case "same":
      return t("Reproduced: {0}, all the same.", count(result.tokens, result.unit));
    case "different":
      return [t("Not the same: the first {0} are equal.", count(result.at, result.unit)), result.reason].filter((part) => part !== undefined).join(" ");
    case "stopped":
      return t("Stopped before the answer was computed again.");
    default:
      return result satisfies never;
  }
}

function count(tokens: number, unit: "characters" | undefined): string {
  if (unit === "characters") return counted(tokens, t("{0} character"), t("{0} characters"));
  return counted(tokens, t("{0} token"), t("{0} tokens"));
}
