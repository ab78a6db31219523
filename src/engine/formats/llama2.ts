import type { Vocabulary } from "../runtime";
import { contextBlock, joined, type PromptFormat, type QuestionPlace, special, text } from "./promptFormat";

/**
 * Llama 2 and Code Llama (Meta's `llama/generation.py`): `<s>[INST] <<SYS>>\nsystem\n<</SYS>>\n\nquestion [/INST]
 * answer </s><s>[INST] ...`. Every turn begins with BOS and ends with EOS; content is trimmed.
 *
 * The markers are plain text, so content could forge a turn with them; a space put into each marker found in content
 * prevents that.
 */
export function llama2Format(vocabulary: Vocabulary): PromptFormat {
  const bos = special(vocabulary.bos === undefined ? "<s>" : vocabulary.pieceOf(vocabulary.bos));
  const eos = special(vocabulary.eos === undefined ? "</s>" : vocabulary.pieceOf(vocabulary.eos));
  const clean = (content: string) => disarm(content.trim());
  const atPlace = (content: string, place: QuestionPlace) => (place === "afterSystem" ? joined(text(content)) : text(content));
  return {
    name: "llama2",
    opening: (system) => (system === "" ? [] : [bos, text(`[INST] <<SYS>>\n${clean(system)}\n<</SYS>>\n\n`)]),
    turnStart: (place) => (place === "afterSystem" || place === "afterCut" ? [] : [bos, text("[INST]")]),
    code: (context, place) => [atPlace(contextBlock(clean(context)), place)],
    question: (user, place) => [atPlace(`${clean(user)} [/INST]`, place)],
    answer: (answer) => [text(clean(answer))],
    closing: () => [joined(text(" ")), eos],
    stopTokens: [],
    stopTexts: ["[INST]", "[/INST]", "<<SYS>>"],
  };
}

/** `[INST]` becomes `[ INST]`, `<</SYS>>` becomes `<< /SYS>>`. */
function disarm(content: string): string {
  return content.replace(/\[(?=\/?INST\])/g, "[ ").replace(/<<(?=\/?SYS>>)/g, "<< ");
}
