import type { Vocabulary } from "../runtime";
import { bosSegments, contextBlock, joined, type PromptFormat, type Segment, special, text } from "./promptFormat";

/** ChatML, as Qwen2 uses it: `<|im_start|>role\ncontent<|im_end|>\n`. */
export function chatmlFormat(vocabulary: Vocabulary): PromptFormat {
  const turn = (role: string, content: string): Segment[] => [
    special("<|im_start|>"),
    text(`${role}\n${content}`),
    ...end,
  ];
  return {
    name: "chatml",
    opening: (system) => [...bosSegments(vocabulary), ...(system === "" ? [] : turn("system", system))],
    turnStart: () => [special("<|im_start|>"), text("user\n")],
    code: (context) => [joined(text(contextBlock(context)))],
    question: (user) => [joined(text(user)), ...end, special("<|im_start|>"), text("assistant\n")],
    answer: (answer) => [text(answer)],
    closing: () => end,
    stopTokens: chatmlTokens,
    stopTexts: [],
  };
}

const end: readonly Segment[] = [special("<|im_end|>"), text("\n")];

export const chatmlTokens = ["<|im_start|>", "<|im_end|>"];
