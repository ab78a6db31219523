import type { ChatModel, ResumeResult } from "../engine/ports";
import { branchOf, windowOf } from "./conversation";
import { promptHistory } from "./promptTurns";
import { systemPrompt } from "./rules";
import type { ChatSettings, Conversation } from "./types";

export interface ResumeDeps {
  readonly model: ChatModel;
  readonly settings: ChatSettings;
}

/**
 * Has the engine bring back what the next question of the branch will go on from: the same system prompt, and the
 * answered turns less what has left. Undefined when there are none. Throws what loading throws, and an abort error.
 */
export async function resumeBranch({ model, settings }: ResumeDeps, conversation: Conversation, signal: AbortSignal): Promise<ResumeResult | undefined> {
  const turns = promptHistory(branchOf(conversation), windowOf(conversation));
  if (turns.length === 0) return undefined;
  const info = await model.load(signal);
  return model.resume({ conversation: conversation.id, system: systemPrompt(settings, info), turns }, signal);
}
