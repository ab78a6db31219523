import type { ModelInfo } from "../engine/ports";
import { cutText } from "./attachmentText";
import type { ChatSettings, Rules } from "./types";

/** Rules take a quarter of the context at most. In characters for each token of it: a token is about four of them. */
const charactersPerContextToken = 1;

/** Rules as they stand in the system prompt. */
export interface FittedRules extends Rules {
  /** The text is not all that the file says. */
  readonly cut: boolean;
}

/** The model as far as the system prompt depends on it. */
export type SystemInfo = Pick<ModelInfo, "contextSize" | "defaults">;

/**
 * The system prompt: the person's own, or else the model's, and then the rules, each under its path; for a model that
 * follows no instructions its own alone. It depends on nothing but its arguments, so that the KV cache stays good from
 * one question to the next.
 */
export function systemPrompt(settings: Pick<ChatSettings, "systemPrompt" | "rules">, info: SystemInfo): string {
  return systemParts(settings, info)
    .map(({ text }) => text)
    .join("\n\n");
}

/** The pieces of the system prompt in their order, empty ones left out; those of rules have a path. */
export function systemParts(settings: Pick<ChatSettings, "systemPrompt" | "rules">, info: SystemInfo): readonly { readonly path?: string; readonly text: string }[] {
  if (info.defaults.answersOnly) return [{ text: info.defaults.systemPrompt }];
  const own = settings.systemPrompt ?? info.defaults.systemPrompt;
  const rules = fitRules(settings.rules ?? [], info.contextSize).map((fitted) => ({ path: fitted.path, text: rulesBlock(fitted) }));
  return [...(own === "" ? [] : [{ text: own }]), ...rules];
}

/** One file of rules as the system prompt has it. */
export function rulesBlock({ path, text }: Rules): string {
  return `Rules of this workspace, from ${path}:\n\n${text}`;
}

/**
 * The rules that a context of so many tokens has room for. The first ones go first; the one that reaches the limit is
 * cut at a line and says so, and those behind it are named only.
 */
export function fitRules(rules: readonly Rules[], contextSize: number): readonly FittedRules[] {
  let room = contextSize * charactersPerContextToken;
  return rules.map(({ path, text }) => {
    const whole = text.trim();
    const fitted = room <= 0 ? leftOut(path) : cutText(whole, room).text;
    room -= whole.length;
    return { path, text: fitted, cut: fitted !== whole };
  });
}

function leftOut(path: string): string {
  return `[Left out by Hearth: the context has no room for ${path}.]`;
}
