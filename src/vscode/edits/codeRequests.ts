import { HearthError } from "../../common/errors";
import type { ViewCode } from "../../webview/protocol";

/** Checks of what a webview sends about code: it is text that a model wrote. */

const mostTexts = 200;
const longestCode = 1_000_000;
const longestName = 400;

export function codeOf(params: unknown): ViewCode {
  const text = textField(params, "text", longestCode);
  const path = field(params, "path");
  return {
    turn: textField(params, "turn", longestName),
    text,
    language: textField(params, "language", longestName),
    ...(path !== undefined && { path: textField(params, "path", longestName) }),
  };
}

export function textsOf(params: unknown): readonly string[] {
  const texts = field(params, "texts");
  if (!Array.isArray(texts) || texts.length > mostTexts || !texts.every((text): text is string => typeof text === "string")) throw notUnderstood();
  return texts;
}

function textField(params: unknown, name: string, longest: number): string {
  const value = field(params, name);
  if (typeof value !== "string" || value.length > longest) throw notUnderstood();
  return value;
}

function field(params: unknown, name: string): unknown {
  return typeof params === "object" && params !== null ? (params as Readonly<Record<string, unknown>>)[name] : undefined;
}

function notUnderstood(): HearthError {
  return new HearthError("bad-use", "The chat view sent a request that cannot be understood.", { remedy: "Reload the window." });
}
