import type { RetrievedChunk } from "../rag/ports";
import { codeBlock } from "./userMessage";

const shown = 5;

/** The answer when there is no model: what the search found, said plainly to be that; undefined: there was no search. */
export function searchResultsAnswer(chunks: readonly RetrievedChunk[] | undefined): string {
  if (!chunks) return "No model is loaded, and code context is off, so nothing was searched.";
  if (chunks.length === 0) return "No model is loaded, and the search found no code for this question.";
  const intro = "No model is loaded. These are search results from the workspace, best first:";
  return [intro, ...chunks.slice(0, shown).map(codeBlock)].join("\n\n");
}
