import type { ChatModel, ModelInfo, Prompt, PromptSize, PromptTurn } from "../engine/ports";
import { usualCodeShare } from "./contextBudget";
import { branchTo } from "./conversation";
import { lookupCodeShare } from "./onlyAnswers";
import { promptHistory } from "./promptTurns";
import { systemPrompt } from "./rules";
import type { ChatSettings, ContextFullPolicy, Conversation, Turn, TurnWindow } from "./types";

/** What stays the same for all prompts that one question, or one compaction, leads to. */
export interface PromptScope {
  readonly model: ChatModel;
  readonly info: ModelInfo;
  readonly settings: ChatSettings;
  /** What happens when the context is full: the setting, or what the person answered when it was to be asked. */
  readonly whenFull: ContextFullPolicy;
  readonly conversation: string;
  readonly system: string;
  readonly maxTokens: number;
  /** Most of the context that retrieved code may take. */
  readonly codeShare: number;
  /** All turns before the one that is to be answered, answered or not. */
  readonly branch: readonly Turn[];
  readonly signal: AbortSignal;
}

export function promptScope(
  { model, settings, whenFull = settings.contextFull }: { readonly model: ChatModel; readonly settings: ChatSettings; readonly whenFull?: ContextFullPolicy },
  info: ModelInfo,
  conversation: Conversation,
  parent: string | undefined,
  signal: AbortSignal,
): PromptScope {
  return {
    model,
    info,
    settings,
    whenFull: info.defaults.answersOnly ? "dropOldest" : whenFull,
    codeShare: info.defaults.answersOnly ? lookupCodeShare : usualCodeShare,
    conversation: conversation.id,
    system: systemPrompt(settings, info),
    maxTokens: settings.maxTokens ?? info.defaults.maxTokens,
    branch: branchTo(conversation, parent),
    signal,
  };
}

/** The prompt that has `question` answered after what the window leaves of the branch. */
export function promptOf(scope: PromptScope, window: TurnWindow, question: PromptTurn): Prompt {
  const { conversation, system, branch } = scope;
  return { conversation, system, turns: [...promptHistory(branch, window), question] };
}

export function measurePrompt(scope: PromptScope, window: TurnWindow, question: PromptTurn): Promise<PromptSize> {
  return scope.model.measure(promptOf(scope, window, question), scope.signal);
}
