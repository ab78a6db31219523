import { words } from "./tokenize";
import { kindWeights } from "./weights";

/**
 * What a file mostly holds. Prose and data speak of everything in plain words, so they would stand before the code that
 * most questions are about.
 */
export type FileKind = keyof typeof kindWeights;

const kinds: Readonly<Record<string, FileKind>> = {
  markdown: "prose",
  plaintext: "prose",
  restructuredtext: "prose",
  latex: "prose",
  bibtex: "prose",
  diff: "prose",
  json: "data",
  jsonc: "data",
  jsonl: "data",
  yaml: "data",
  toml: "data",
  ini: "data",
  properties: "data",
  xml: "data",
};

/** Words of a question that ask for files of a kind. */
const askedFor: ReadonlyMap<string, FileKind> = new Map([
  ...["changelog", "docs", "documentation", "documented", "guide", "license", "manual", "markdown", "readme", "tutorial"].map((word) => [word, "prose"] as const),
  ...["config", "configuration", "configured", "dependencies", "json", "manifest", "toml", "workflow", "workflows", "xml", "yaml", "yml"].map((word) => [word, "data"] as const),
]);

/** `language` is a VS Code language id. */
export function fileKind(language: string): FileKind {
  return kinds[language] ?? "source";
}

/** What the scores of files are multiplied by for a question, by kind. */
export function kindWeightsFor(question: string): Readonly<Record<FileKind, number>> {
  const asked = words(question).map((word) => askedFor.get(word.toLowerCase()));
  return { source: kindWeights.source, prose: asked.includes("prose") ? 1 : kindWeights.prose, data: asked.includes("data") ? 1 : kindWeights.data };
}
