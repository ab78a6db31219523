import { byteSize } from "../common/byteSize";
import type { ErrorCode, SerializedError } from "../common/errors";
import { t } from "../common/l10n";
import { catalogEntry } from "../engine/catalog";
import type { ViewAction, ViewError } from "../webview/protocol";

/** Buttons that mend each kind of failure, the likeliest first. */
const actions = {
  "model-not-found": ["download", "pickFile", "selectModel"],
  "model-too-small": ["download", "selectModel"],
  "model-invalid": ["selectModel", "pickFile", "showLog"],
  "model-load-failed": ["selectModel", "openSettings", "restartEngine", "showLog"],
  "out-of-memory": ["useProcessor", "useSmallerContext", "selectModel", "openSettings"],
  "prompt-too-long": ["openSettings"],
  "context-full": ["summarise", "dropOldest", "openSettings"],
  "download-failed": ["download", "pickFile", "showLog"],
  "checksum-mismatch": ["download", "pickFile", "showLog"],
  "engine-stopped": ["retry", "restartEngine", "showLog"],
  "model-changed": ["retry"],
  "server-unreachable": ["retry", "checkServer", "serverSettings"],
  "server-refused": ["setServerKey", "retry", "serverSettings"],
  "server-model-missing": ["useServer", "retry", "serverSettings"],
  "server-failed": ["retry", "checkServer", "serverSettings", "showLog"],
  "answer-lost": ["retry", "showLog"],
  "no-engine": ["retry", "download", "selectModel", "checkServer", "serverSettings"],
  "bad-setting": ["openSettings"],
  "bad-use": [],
  "index-failed": ["showLog"],
  aborted: ["retry"],
  disposed: ["retry", "showLog"],
  internal: ["retry", "showLog"],
} as const satisfies Record<ErrorCode, readonly ViewAction[]>;

const asksAgain: ReadonlySet<ViewAction> = new Set<ViewAction>(["retry", "summarise", "dropOldest"]);

/** Where an error is shown: only a turn can be asked again, and only a catalog model can be downloaded. */
export interface ErrorPlace {
  readonly place: "turn" | "model";
  readonly model: string;
}

export function errorActions(code: ErrorCode | undefined, { place, model }: ErrorPlace): readonly ViewAction[] {
  const all: readonly ViewAction[] = actions[code ?? "internal"];
  return all.filter((action) => (!asksAgain.has(action) || place === "turn") && (action !== "download" || catalogEntry(model) !== undefined));
}

export function toViewError(error: SerializedError, place: ErrorPlace): ViewError {
  if (error.code === "model-not-found") return missingModel(error, place);
  const remedy = buttonRemedy(error.code) ?? error.remedy;
  return { message: error.message, ...(remedy !== undefined && { remedy }), actions: errorActions(error.code, place) };
}

/** The engine's words are for people at a terminal, too; here there are buttons. */
function buttonRemedy(code: ErrorCode | undefined): string | undefined {
  if (code === "server-refused") return t("Set its key, which is kept with your secrets.");
  return code === "no-engine" ? t("Download or select a model that runs here, or check the server.") : undefined;
}

/** The engine's words for a missing model name folders and the terminal's command; here there are buttons. */
function missingModel({ message, code }: SerializedError, place: ErrorPlace): ViewError {
  const entry = catalogEntry(place.model);
  const actions = errorActions(code, place);
  if (!entry) return { message, remedy: t("Pick a .gguf file that you have, or select a model of the catalog."), actions };
  const remedy =
    entry.sizeBytes === undefined
      ? t("Download it, or pick a .gguf file that you have.")
      : t("Download it ({0}), or pick a .gguf file that you have.", byteSize(entry.sizeBytes));
  return { message: t("{0} is not downloaded yet.", entry.id), remedy, actions };
}
