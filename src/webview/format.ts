import type { ViewRange, ViewStats, ViewStopReason } from "./protocol";

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export function count(value: number): string {
  return whole.format(value);
}

export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function percent(fraction: number): string {
  return `${whole.format(Math.min(1, Math.max(0, fraction)) * 100)}%`;
}

/** "2.4 GB", "310 MB", "12 KB". */
export function bytes(value: number): string {
  if (value >= 1e9) return `${tenths.format(value / 1e9)} GB`;
  return value >= 1e6 ? `${count(value / 1e6)} MB` : `${count(Math.ceil(value / 1e3))} KB`;
}

/** "43 ms", "2.4 s", "83 s". */
export function seconds(ms: number): string {
  if (ms < 100) return `${count(ms)} ms`;
  return ms < 10_000 ? `${tenths.format(ms / 1000)} s` : `${count(ms / 1000)} s`;
}

/** "src/app.ts:3-9"; one line has no end. */
export function rangeLabel({ path, startLine, endLine }: ViewRange): string {
  return startLine === endLine ? `${path}:${startLine}` : `${path}:${startLine}-${endLine}`;
}

/** The same with the folders left out, for narrow places. */
export function shortRangeLabel(range: ViewRange): string {
  return rangeLabel({ ...range, path: range.path.split("/").at(-1) ?? range.path });
}

/** "812 reused · 45 read · 120 generated · first token 0.4 s · 12.3 tokens/s". */
export function statsLine(stats: ViewStats): string {
  const parts = [
    `${count(stats.reusedTokens)} reused`,
    `${count(stats.evaluatedTokens)} read`,
    `${count(stats.generatedTokens)} generated`,
  ];
  if (stats.generatedTokens > 0) parts.push(`first token ${seconds(stats.timeToFirstTokenMs)}`);
  if (stats.tokensPerSecond > 0) parts.push(`${tenths.format(stats.tokensPerSecond)} tokens/s`);
  return parts.join(" · ");
}

/** "1,857 tokens, 1,812 of them kept from before", or "1,857 tokens: 1,812 resumed, 45 read". */
export function promptLine({ reusedTokens, restoredTokens, evaluatedTokens }: ViewStats): string {
  const total = counted(reusedTokens + evaluatedTokens, "token");
  if (restoredTokens === 0) return `${total}, ${count(reusedTokens)} of them kept from before`;
  const kept = restoredTokens < reusedTokens ? `, ${count(reusedTokens - restoredTokens)} kept from before` : "";
  return `${total}: ${count(restoredTokens)} resumed${kept}, ${count(evaluatedTokens)} read`;
}

/** What is said while the model writes a summary. */
export function foldingText(turns: number): string {
  return turns === 0 ? "Folding older questions into a summary…" : `Folding ${counted(turns, "older question")} into a summary…`;
}

const stopNotes = {
  end: undefined,
  stopped: "Stopped.",
  maxTokens: "Ended at the limit of tokens for one answer (setting hearth.maxTokens).",
  contextFull: "Ended because the context is full (setting hearth.contextSize). Start a new chat to go on.",
  modelChanged: "Ended because the model was changed.",
} as const satisfies Record<ViewStopReason, string | undefined>;

export function stopNote(reason: ViewStopReason): string | undefined {
  return stopNotes[reason];
}
