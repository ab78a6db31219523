import type { SerializedError } from "../common/errors";
import type { AnswerRecord, ChatEvent, Citation } from "../chat/types";
import type { GenerateStats, StopReason } from "../engine/ports";
import type { CodeRange, IndexSummary, UnsavedReason } from "../rag/ports";

/** Without control characters: neither a model nor a file name may move a person's cursor or retitle the window. */
export function withoutControls(text: string): string {
  return text.replaceAll(/(?![\n\t])\p{Cc}/gu, "");
}

/** "src/a.ts:3-9", as editors and terminals open it. */
export function formatRange({ path, startLine, endLine }: CodeRange): string {
  return startLine === endLine ? `${path}:${startLine}` : `${path}:${startLine}-${endLine}`;
}

export function formatCitations(citations: readonly Citation[]): string {
  const rows = citations.map((citation) => `  ${formatRange(citation)}${citation.symbol === undefined ? "" : `  ${citation.symbol}`}`);
  return ["Code used:", ...rows].join("\n");
}

export function formatError({ message, remedy }: SerializedError): string {
  return remedy === undefined ? message : `${message}\n${remedy}`;
}

export function formatStats({ stats, seed, model }: AnswerRecord): string {
  return [
    `${stats.promptTokens} prompt tokens (${formatReused(stats.reusedTokens, stats.restoredTokens)}, ${stats.evaluatedTokens} evaluated)`,
    `${stats.generatedTokens} generated`,
    `first token ${formatSeconds(stats.timeToFirstTokenMs)}`,
    formatRate(stats),
    `seed ${seed}`,
    model,
  ].join(" · ");
}

export function formatPrefill({ done, total, reused, restored }: Extract<ChatEvent, { type: "prefill" }>): string {
  return `Reading the prompt … ${done} of ${total} tokens (${formatReused(reused, restored)})`;
}

/** Restored tokens come from a saved state or another conversation, and are among the reused ones. */
function formatReused(reused: number, restored: number): string {
  return restored > 0 ? `${reused} reused, ${restored} of them restored` : `${reused} reused`;
}

/** Why an answer ended, where that is not as it should; undefined otherwise. */
export function formatStopReason(reason: StopReason): string | undefined {
  switch (reason) {
    case "endOfTurn":
    case "stopText":
      return undefined;
    case "maxTokens":
      return "The answer was cut at the token limit; --max-tokens sets it.";
    case "aborted":
      return "The answer was stopped.";
    case "contextFull":
      return "The answer was cut because the context is full; --context-size sets it.";
    case "modelChanged":
      return "The answer ended because the model was changed.";
  }
}

export function formatSummary(root: string, summary: IndexSummary): string {
  const { files, chunks, embedded, changed, removed, skipped, elapsedMs, embeddingError, unsaved } = summary;
  const vectors = embedded > 0 ? `, ${embedded} with vectors` : "";
  const left = Object.entries(skipped).map(([reason, count]) => `${count} ${reason}`);
  const sentences = [
    `${root}: ${files} files, ${chunks} chunks${vectors}.`,
    `${changed} read anew, ${removed} removed, in ${formatSeconds(elapsedMs)}.`,
    ...(left.length > 0 ? [`Left out: ${left.join(", ")}.`] : []),
  ];
  const notices = [...(unsaved ? [unsavedNotices[unsaved]] : []), ...(embeddingError ? [formatEmbeddingError(embeddingError)] : [])];
  return [sentences.join(" "), ...notices].join("\n");
}

const unsavedNotices: Readonly<Record<UnsavedReason, string>> = {
  "other-writer": "Not saved: another process is writing this index. Run this again when that one has ended.",
  "disk-error": "Not saved: the disk refused. See that there is room and that ~/.hearth can be written; --verbose tells more.",
};

export function formatEmbeddingError({ message, remedy }: SerializedError): string {
  return `No vectors were made, so search goes by words alone. ${[message, remedy].filter(Boolean).join(" ")}`;
}

export function formatBytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(2)} GB`;
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1e3)} kB`;
}

function formatSeconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

function formatRate({ decodeTokensPerSecond }: GenerateStats): string {
  return `${decodeTokensPerSecond.toFixed(1)} tokens/s`;
}
