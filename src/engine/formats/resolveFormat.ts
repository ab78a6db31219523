import type { PromptFormatName } from "../ports";
import type { FormatHints, Vocabulary } from "../runtime";
import { chatmlFormat, chatmlTokens } from "./chatml";
import { jinjaFormat } from "./jinja";
import { llama2Format } from "./llama2";
import { llama3Format, llama3Tokens } from "./llama3";
import { phi3Format, phi3Tokens } from "./phi3";
import { type PromptFormat, singleToken } from "./promptFormat";

/**
 * The format of a model: the catalog's word first, then what the file's template is recognised as, then architecture
 * and name, and the template itself where nothing is known. A format whose special tokens the vocabulary lacks is
 * never taken.
 * @param known the format that the catalog names
 */
export function resolveFormat(vocabulary: Vocabulary, hints: FormatHints, known?: PromptFormatName): PromptFormat {
  return createFormat(chooseFormat(vocabulary, hints, known).name, vocabulary, hints);
}

/** A format and, as sentences, why it is taken. */
export interface FormatChoice {
  readonly name: PromptFormatName;
  readonly reason: string;
}

/** What `resolveFormat` decides, with its reason. */
export function chooseFormat(vocabulary: Vocabulary, hints: FormatHints, known?: PromptFormatName): FormatChoice {
  const candidates = [known && byCatalog(known), byTemplate(vocabulary, hints), byName(vocabulary, hints)].filter((choice) => choice !== undefined);
  const at = candidates.findIndex(({ name }) => isUsable(vocabulary, name));
  const taken = candidates[at] ?? fallback(hints);
  const refused = at === -1 ? candidates : candidates.slice(0, at);
  return { name: taken.name, reason: [...refused.map(refusal), taken.reason].join(" ") };
}

function byCatalog(name: PromptFormatName): FormatChoice {
  return { name, reason: `The catalog names ${titles[name]} for this model.` };
}

function refusal({ name, reason }: FormatChoice): string {
  return `${reason} But the vocabulary lacks the special tokens of ${titles[name]}.`;
}

const titles: Readonly<Record<PromptFormatName, string>> = {
  phi3: "Phi-3's format",
  llama2: "Llama 2's format",
  llama3: "Llama 3's format",
  chatml: "ChatML",
  jinja: "its own template",
};

function fallback({ template }: FormatHints): FormatChoice {
  const reason =
    template === undefined
      ? "The file has no chat template, and neither its architecture nor its vocabulary tells one: turns are marked by user: and assistant:."
      : "So the file's own chat template is rendered.";
  return { name: "jinja", reason };
}

function createFormat(name: PromptFormatName, vocabulary: Vocabulary, hints: FormatHints): PromptFormat {
  switch (name) {
    case "phi3":
      return phi3Format(vocabulary);
    case "llama2":
      return llama2Format(vocabulary);
    case "llama3":
      return llama3Format();
    case "chatml":
      return chatmlFormat(vocabulary);
    case "jinja":
      return jinjaFormat(vocabulary, hints.template);
    default:
      return name satisfies never;
  }
}

const needed: Record<PromptFormatName, readonly string[]> = {
  phi3: phi3Tokens,
  llama2: [],
  llama3: llama3Tokens,
  chatml: chatmlTokens,
  jinja: [],
};

function isUsable(vocabulary: Vocabulary, name: PromptFormatName): boolean {
  return needed[name].every((piece) => singleToken(vocabulary, piece) !== undefined);
}

/** A template that is none of ours is rendered itself. */
function byTemplate({ kind }: Vocabulary, { template }: FormatHints): FormatChoice | undefined {
  if (template === undefined) return undefined;
  const has = (...texts: readonly string[]) => texts.every((text) => template.includes(text));
  const found = (name: PromptFormatName, sign: string) => ({ name, reason: `The file's chat template writes ${sign}, as ${titles[name]} does.` });
  if (has("<|im_start|>")) return found("chatml", "<|im_start|>");
  if (has("<|start_header_id|>")) return found("llama3", "<|start_header_id|>");
  // Later Phi models share the token names but not the line breaks, and have another kind of vocabulary.
  if (has("<|user|>", "<|end|>") && kind === "spm") return found("phi3", "<|user|> and <|end|>");
  if (has("[/INST]", "<<SYS>>")) return found("llama2", "[/INST] and <<SYS>>");
  return { name: "jinja", reason: "The file's chat template is none that is known here, so it is rendered itself." };
}

function byName(vocabulary: Vocabulary, { architecture, name }: FormatHints): FormatChoice | undefined {
  const found = (format: PromptFormatName, sign: string) => ({ name: format, reason: `${sign}, so ${titles[format]} is taken.` });
  if (architecture === "phi3" && vocabulary.kind === "spm") return found("phi3", "The file's architecture is phi3");
  if (singleToken(vocabulary, "<|start_header_id|>") !== undefined) return found("llama3", "The vocabulary has the token <|start_header_id|>");
  if (singleToken(vocabulary, "<|im_start|>") !== undefined) return found("chatml", "The vocabulary has the token <|im_start|>");
  const isLlama2 = architecture === "llama" && vocabulary.kind === "spm" && /llama/i.test(name);
  return isLlama2 ? found("llama2", `The file's name is "${name}" and its vocabulary is Llama's`) : undefined;
}
