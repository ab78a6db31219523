import type { Prompt, PromptSize } from "../ports";
import { codeText } from "./chatMessages";
import type { TokenCounter } from "./tokenCounter";

/** Tokens that a template puts in front of the answer, and a beginning of the text. */
const frame = 4;
const partsOfTurn = 3;

/** What a prompt takes, part by part: code, question and answer of each turn are counted apart, and kept. */
export async function measurePrompt(prompt: Prompt, contextSize: number, counter: TokenCounter, signal: AbortSignal): Promise<PromptSize> {
  const estimated = counter.isEstimate && { estimated: true };
  if (prompt.rawText !== undefined) {
    const [promptTokens = 0] = await counter.counts([prompt.rawText], signal);
    return { promptTokens, contextSize, turnTokens: [], contextTokens: [], ...estimated };
  }
  const [opening = 0, ...parts] = await counter.counts([prompt.system, ...prompt.turns.flatMap((turn) => [codeText(turn), turn.user, turn.answer?.text ?? ""])], signal);
  const contextTokens = prompt.turns.map((_, at) => parts[at * partsOfTurn] ?? 0);
  const turnTokens = prompt.turns.map(({ answer }, at) => {
    const texts = parts.slice(at * partsOfTurn, (at + 1) * partsOfTurn).reduce((total, count) => total + count, 0);
    return texts + counter.around * (answer === undefined ? 1 : 2);
  });
  const front = frame + (prompt.system === "" ? 0 : opening + counter.around);
  return { promptTokens: turnTokens.reduce((total, count) => total + count, front), contextSize, turnTokens, contextTokens, ...estimated };
}
