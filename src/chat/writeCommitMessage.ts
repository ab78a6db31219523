import { randomUUID } from "node:crypto";
import { HearthError } from "../common/errors";
import { t } from "../common/l10n";
import type { ChatModel } from "../engine/ports";
import { cleanCommitMessage, commitPrompt, type CommitPromptParts, commitSystemPrompt, fitDiffs } from "./commitMessage";
import { checkFollowsInstructions } from "./onlyAnswers";
import type { ChatSettings } from "./types";

/** Tokens that a commit message may take. */
const messageTokens = 300;

/**
 * Has the model write a commit message, in a conversation of its own that is forgotten afterwards. Yields the whole
 * message as it stands after each piece. Ends early when it is stopped. Throws "prompt-too-long" where not even the
 * names of the files fit, and "model-too-small".
 */
export async function* writeCommitMessage(
  { model, settings }: { readonly model: ChatModel; readonly settings: ChatSettings },
  parts: CommitPromptParts,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const info = await model.load(signal);
  checkFollowsInstructions(info);
  const conversation = `commit-${randomUUID()}`;
  try {
    const user = await fittingPrompt(model, conversation, parts, signal);
    const request = {
      ...{ conversation, system: commitSystemPrompt, turns: [{ id: "commit", user }] },
      sampling: { ...info.defaults.sampling, ...settings.sampling },
      maxTokens: messageTokens,
    };
    let answer = "";
    for await (const event of model.generate(request, signal)) {
      if (event.type !== "text") continue;
      answer += event.text;
      yield cleanCommitMessage(answer);
    }
  } finally {
    await model.forget(conversation);
  }
}

/** The prompt with as much of the diffs as the context has room for. */
async function fittingPrompt(model: ChatModel, conversation: string, parts: CommitPromptParts, signal: AbortSignal): Promise<string> {
  const measure = async (user: string) => model.measure({ conversation, system: commitSystemPrompt, turns: [{ id: user.length.toString(), user }] }, signal);
  const bare = await measure(commitPrompt({ ...parts, files: parts.files.map(({ path }) => ({ path, text: "" })) }));
  const room = bare.contextSize - messageTokens - bare.promptTokens;
  if (room < 0) {
    throw new HearthError("prompt-too-long", t("The names of the {0} changed files do not fit the context.", parts.files.length), {
      remedy: t("Stage fewer files, or raise the context size in the settings."),
    });
  }
  const tokens = await model.countTokens(parts.files.map(({ text }) => text), signal);
  // What is cut is estimated by its length, so it may come out somewhat longer.
  for (const share of [1, 0.85, 0.6, 0]) {
    const user = commitPrompt({ ...parts, files: fitDiffs(parts.files, tokens, Math.floor(room * share)) });
    if ((await measure(user)).promptTokens + messageTokens <= bare.contextSize) return user;
  }
  return commitPrompt({ ...parts, files: parts.files.map(({ path }) => ({ path, text: "" })) });
}
