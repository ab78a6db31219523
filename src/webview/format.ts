import { t } from "../common/l10n";
import type { ViewRange, ViewStats, ViewStopReason } from "./protocol";

/** A way to write numbers in the page's language. What it takes is made once for a language, since that is slow. */
function numbers(options: Intl.NumberFormatOptions): (value: number) => string {
  const formats = new Map<string, Intl.NumberFormat>();
  return (value) => {
    const format = formats.get(language()) ?? new Intl.NumberFormat(language(), options);
    formats.set(language(), format);
    return format.format(value);
  };
}

/** The language of the page, which the shell sets. */
export function language(): string {
  return document.documentElement.lang || "en";
}

export const count = numbers({ maximumFractionDigits: 0 });
const tenths = numbers({ minimumFractionDigits: 1, maximumFractionDigits: 1 });
const share = numbers({ style: "percent" });

/** One of two texts with the number in the place of {0}: `counted(3, t("{0} file"), t("{0} files"))`. */
export function counted(value: number, one: string, many: string): string {
  return (value === 1 ? one : many).replace("{0}", count(value));
}

/** What stands before and after {0} in a text, where an element goes. */
export function around(text: string): [before: string, after: string] {
  const at = text.indexOf("{0}");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + "{0}".length)];
}

/** "40%", as text: in CSS a percent is written in one way alone. */
export function percent(fraction: number): string {
  return share(Math.min(1, Math.max(0, fraction)));
}

/** "2.4 GB", "310 MB", "12 KB". */
export function bytes(value: number): string {
  if (value >= 1e9) return t("{0} GB", tenths(value / 1e9));
  return value >= 1e6 ? t("{0} MB", count(value / 1e6)) : t("{0} KB", count(Math.ceil(value / 1e3)));
}

/** "43 ms", "2.4 s", "83 s". */
export function seconds(ms: number): string {
  if (ms < 100) return t("{0} ms", count(ms));
  return t("{0} s", ms < 10_000 ? tenths(ms / 1000) : count(ms / 1000));
}

/** "src/app.ts:3-9"; one line has no end. */
export function rangeLabel({ path, startLine, endLine }: ViewRange): string {
  return startLine === endLine ? `${path}:${startLine}` : `${path}:${startLine}-${endLine}`;
}

/** The same with the folders left out, for narrow places. */
export function shortRangeLabel(range: ViewRange): string {
  return rangeLabel({ ...range, path: range.path.split("/").at(-1) ?? range.path });
}

/** "812 reused · 45 read · 120 generated · first token 0.4 s · 12.3 tokens/s". What a server does not tell is left out. */
export function statsLine(stats: ViewStats): string {
  const generated = t("{0} generated", count(stats.generatedTokens));
  const parts = [...readParts(stats), stats.estimated ? t("about {0}", generated) : generated];
  if (stats.generatedTokens > 0) parts.push(t("first token {0}", seconds(stats.timeToFirstTokenMs)));
  if (stats.tokensPerSecond > 0) parts.push(t("{0} tokens/s", tenths(stats.tokensPerSecond)));
  return parts.join(" · ");
}

function readParts({ promptTokens, reusedTokens, evaluatedTokens, estimated = false }: ViewStats): string[] {
  if (reusedTokens + evaluatedTokens > 0 || promptTokens === 0) return [t("{0} reused", count(reusedTokens)), t("{0} read", count(evaluatedTokens))];
  return [t("prompt {0}", estimated ? t("about {0}", count(promptTokens)) : count(promptTokens))];
}

/** "1,857 tokens, 1,812 of them kept from before", or "1,857 tokens: 1,812 resumed, 45 read". */
export function promptLine({ promptTokens, reusedTokens, restoredTokens, evaluatedTokens, estimated = false }: ViewStats): string {
  if (reusedTokens + evaluatedTokens === 0 && promptTokens > 0) {
    const known = counted(promptTokens, t("{0} token"), t("{0} tokens"));
    return t("{0}; the server does not tell how many it kept from before", estimated ? t("about {0}", known) : known);
  }
  const total = counted(reusedTokens + evaluatedTokens, t("{0} token"), t("{0} tokens"));
  if (restoredTokens === 0) return t("{0}, {1} of them kept from before", total, count(reusedTokens));
  const kept = reusedTokens - restoredTokens;
  return kept > 0
    ? t("{0}: {1} resumed, {2} kept from before, {3} read", total, count(restoredTokens), count(kept), count(evaluatedTokens))
    : t("{0}: {1} resumed, {2} read", total, count(restoredTokens), count(evaluatedTokens));
}

/** What is said while the model writes a summary. */
export function foldingText(turns: number): string {
  return turns === 0
    ? t("Folding older questions into a summary…")
    : counted(turns, t("Folding {0} older question into a summary…"), t("Folding {0} older questions into a summary…"));
}

/** Why the answer ended where it did; nothing for one that the model ended itself. */
export function stopNote(reason: ViewStopReason): string | undefined {
  switch (reason) {
    case "end":
      return undefined;
    case "stopped":
      return t("Stopped.");
    case "maxTokens":
      return t("Ended at the limit of tokens for one answer (setting hearth.maxTokens).");
    case "contextFull":
      return t("Ended because the context is full (setting hearth.contextSize). Start a new chat to go on.");
    case "modelChanged":
      return t("Ended because the model was changed.");
    default:
      return reason satisfies never;
  }
}
