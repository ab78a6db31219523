import { contextBlock, joined, type PromptFormat, type Segment, special, text } from "./promptFormat";

/**
 * Llama 3 and 3.1 (Meta's prompt-format page): `<|start_header_id|>role<|end_header_id|>\n\ncontent<|eot_id|>`.
 * Content is trimmed, as the model's own template does. The date that 3.1's template writes is left out: it would
 * change the front of every prompt each day.
 */
export function llama3Format(): PromptFormat {
  const header = (role: string): Segment[] => [special("<|start_header_id|>"), text(role), special("<|end_header_id|>")];
  const turn = (role: string, content: string): Segment[] => [...header(role), text(`\n\n${content.trim()}`), special("<|eot_id|>")];
  return {
    name: "llama3",
    opening: (system) => [special("<|begin_of_text|>"), ...(system === "" ? [] : turn("system", system))],
    turnStart: () => [...header("user"), text("\n\n")],
    code: (context) => [joined(text(contextBlock(context.trim())))],
    question: (user) => [joined(text(user.trim())), special("<|eot_id|>"), ...header("assistant"), text("\n\n")],
    answer: (answer) => [text(answer.trim())],
    closing: () => [special("<|eot_id|>")],
    stopTokens: llama3Tokens,
    stopTexts: [],
  };
}

export const llama3Tokens = ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|begin_of_text|>"];
