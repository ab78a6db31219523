import { HearthError } from "../common/errors";
import { type ViewAction, viewActions, type ViewRange } from "../webview/protocol";

/** Checks of what a webview sends: it shows text that a model wrote, so nothing it says is taken on trust. */

export function textOf(params: unknown): string {
  return required(field(params, "text"), isText);
}

export function turnOf(params: unknown): string {
  return required(field(params, "turn"), isText);
}

export function indexOf(params: unknown): number {
  return required(field(params, "index"), isCount);
}

export function enabledOf(params: unknown): boolean {
  return required(field(params, "enabled"), (value) => typeof value === "boolean");
}

export function rangeOf(params: unknown): ViewRange {
  return {
    path: required(field(params, "path"), isText),
    startLine: required(field(params, "startLine"), isCount),
    endLine: required(field(params, "endLine"), isCount),
  };
}

export function actionOf(params: unknown): { action: ViewAction; turn?: string } {
  const action = required(field(params, "action"), isAction);
  const turn = field(params, "turn");
  return isText(turn) ? { action, turn } : { action };
}

function field(params: unknown, name: string): unknown {
  return typeof params === "object" && params !== null ? (params as Readonly<Record<string, unknown>>)[name] : undefined;
}

function required<T>(value: unknown, is: (value: unknown) => value is T): T {
  if (!is(value)) throw new HearthError("bad-use", "The chat view sent a request that cannot be understood.", { remedy: "Reload the window." });
  return value;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

function isAction(value: unknown): value is ViewAction {
  return (viewActions as readonly unknown[]).includes(value);
}
