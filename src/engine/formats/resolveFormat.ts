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
  const name = [known, byTemplate(vocabulary, hints), byName(vocabulary, hints)].find((format) => format && isUsable(vocabulary, format));
  return createFormat(name ?? "jinja", vocabulary, hints);
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
function byTemplate(vocabulary: Vocabulary, { template }: FormatHints): PromptFormatName | undefined {
  if (template === undefined) return undefined;
  if (template.includes("<|im_start|>")) return "chatml";
  if (template.includes("<|start_header_id|>")) return "llama3";
  // Later Phi models share the token names but not the line breaks, and have another kind of vocabulary.
  if (template.includes("<|user|>") && template.includes("<|end|>") && vocabulary.kind === "spm") return "phi3";
  if (template.includes("[/INST]") && template.includes("<<SYS>>")) return "llama2";
  return "jinja";
}

function byName(vocabulary: Vocabulary, { architecture, name }: FormatHints): PromptFormatName | undefined {
  if (architecture === "phi3" && vocabulary.kind === "spm") return "phi3";
  if (singleToken(vocabulary, "<|start_header_id|>") !== undefined) return "llama3";
  if (singleToken(vocabulary, "<|im_start|>") !== undefined) return "chatml";
  const isLlama2 = architecture === "llama" && vocabulary.kind === "spm" && /llama/i.test(name);
  return isLlama2 ? "llama2" : undefined;
}
