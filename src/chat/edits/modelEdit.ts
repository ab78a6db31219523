import { randomUUID } from "node:crypto";
import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import type { ChatModel, ModelInfo, Prompt, StopReason } from "../../engine/ports";
import { loadModel } from "../loadModel";
import { checkFollowsInstructions } from "../onlyAnswers";
import type { ChatSettings } from "../types";
import { contextSteps, editPrompt, type EditRequest, editSystem } from "./editPrompt";

export interface ModelEditDeps {
  readonly model: ChatModel;
  readonly settings: ChatSettings;
}

/** What happens while a model writes an edit. */
export type ModelEditEvent =
  | { readonly type: "loading"; readonly fraction: number }
  /** `done` of `total` tokens of the prompt have been read. */
  | { readonly type: "reading"; readonly done: number; readonly total: number }
  /** All that it has written so far. */
  | { readonly type: "text"; readonly answer: string }
  | { readonly type: "done"; readonly answer: string; readonly stopReason: StopReason };

/** Tokens of an answer beside those of the code that it changes. */
const spareTokens = 256;
/** An answer may be so many times as long as what it changes. */
const growth = 1.5;

/**
 * Asks the model for an edit, in a conversation of its own that is forgotten afterwards. Aborting ends it with a "done"
 * whose stopReason is "aborted". Throws "prompt-too-long" when selection and answer do not fit the context,
 * "model-too-small" for one that can only answer, and what loading throws.
 */
export async function* modelEdit({ model, settings }: ModelEditDeps, request: EditRequest, signal: AbortSignal): AsyncGenerator<ModelEditEvent, void, undefined> {
  const info = yield* loading(model, signal);
  checkFollowsInstructions(info);
  const conversation = `edit-${randomUUID()}`;
  try {
    const { prompt, room, needed } = await fit(model, conversation, request, signal);
    const sampling = { ...info.defaults.sampling, ...settings.sampling };
    const maxTokens = Math.min(room, Math.max(needed, settings.maxTokens ?? info.defaults.maxTokens));
    yield* answer(model, { ...prompt, sampling, maxTokens }, signal);
  } finally {
    await model.forget(conversation).catch(() => undefined); // an engine that has died remembers nothing, and its own error counts
  }
}

async function* loading(model: ChatModel, signal: AbortSignal): AsyncGenerator<ModelEditEvent, ModelInfo, undefined> {
  const events = loadModel(model, signal);
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
    if (value.type === "loading") yield value;
  }
}

async function* answer(model: ChatModel, request: Parameters<ChatModel["generate"]>[0], signal: AbortSignal): AsyncGenerator<ModelEditEvent, void, undefined> {
  let text = "";
  for await (const event of model.generate(request, signal)) {
    switch (event.type) {
      case "load":
        yield { type: "loading", fraction: event.fraction };
        break;
      case "prefill":
        yield { type: "reading", done: event.done, total: event.total };
        break;
      case "text":
        text += event.text;
        yield { type: "text", answer: text };
        break;
      case "done":
        yield { type: "done", answer: text, stopReason: event.stopReason };
        break;
      default:
        event satisfies never;
    }
  }
}

/** The prompt with as much of the file around the selection as leaves room for the answer. */
async function fit(model: ChatModel, conversation: string, request: EditRequest, signal: AbortSignal): Promise<{ readonly prompt: Prompt; readonly room: number; readonly needed: number }> {
  const [selected = 0] = await model.countTokens([request.selection], signal);
  const needed = Math.ceil(selected * growth) + spareTokens;
  let size = 0;
  for (const around of contextSteps) {
    const prompt = promptFor(conversation, editPrompt(request, around));
    const { promptTokens, contextSize } = await model.measure(prompt, signal);
    // A small context has at least room for as much as is selected.
    const room = contextSize - promptTokens;
    if (room >= Math.min(needed, Math.max(selected, Math.floor(contextSize / 4)))) return { prompt, room, needed };
    size = contextSize;
  }
  throw tooLong(selected, size);
}

function promptFor(conversation: string, user: string): Prompt {
  return { conversation, system: editSystem, turns: [{ id: `${conversation}-1`, user }] };
}

function tooLong(selected: number, contextSize: number): HearthError {
  return new HearthError("prompt-too-long", t("The selected code is too long: it takes {0} tokens, and its change as many, of {1} in all.", selected, contextSize), {
    remedy: t("Select less, or set a larger hearth.contextSize."),
  });
}
