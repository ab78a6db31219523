import type { Reproduction } from "../chat/types";

/** What came of computing an answer again, in a sentence. */
export function reproductionNote(result: Reproduction): string {
  switch (result.kind) {
    case "same":
      return `Reproduced: ${count(result.tokens)}, all the same.`;
    case "different":
      return [`Not the same: the first ${count(result.at)} are equal.`, result.reason].filter((part) => part !== undefined).join(" ");
    case "stopped":
      return "Stopped before the answer was computed again.";
    default:
      return result satisfies never;
  }
}

function count(tokens: number): string {
  return tokens === 1 ? "1 token" : `${tokens.toLocaleString("en")} tokens`;
}
