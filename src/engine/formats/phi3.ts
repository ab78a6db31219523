import type { Vocabulary } from "../runtime";
import { bosSegments, contextBlock, type PromptFormat, type Segment, special, text } from "./promptFormat";

/**
 * Phi-3 (model card of Phi-3-mini-4k-instruct): `<|user|>\nquestion<|end|>\n<|assistant|>\n`. The tokenizer drops
 * white space after its special tokens, so the line breaks of the template have no token and content loses its
 * leading white space.
 */
export function phi3Format(vocabulary: Vocabulary): PromptFormat {
  const turn = (role: string, content: string): Segment[] => [special(`<|${role}|>`), text(stripStart(content)), special("<|end|>")];
  return {
    name: "phi3",
    opening: (system) => [...bosSegments(vocabulary), ...(system === "" ? [] : turn("system", system))],
    turnStart: () => [special("<|user|>")],
    code: (context) => [text(stripStart(contextBlock(context)))],
    question: (user) => [text(stripStart(user)), special("<|end|>"), special("<|assistant|>")],
    answer: (answer) => [text(stripStart(answer))],
    closing: () => [special("<|end|>")],
    stopTokens: phi3Tokens,
    stopTexts: [],
  };
}

export const phi3Tokens = ["<|user|>", "<|assistant|>", "<|system|>", "<|end|>"];

/** The white space of C's isspace, which is what llama.cpp drops. */
function stripStart(content: string): string {
  return content.replace(/^[ \t\n\v\f\r]+/, "");
}
