import { t } from "../common/l10n";
import type { GenerateOrigin, GenerateResult, ModelInfo } from "../engine/ports";
import { type Reproducible, wasCut, type WholeRecord } from "./reproductionRequest";
import type { Reproduction } from "./types";

/** How the KV cache is kept and read now. */
export type CacheForm = Pick<ModelInfo, "kvCacheType" | "flashAttention">;

/** An answer that was computed again. */
export interface AnswerAgain extends GenerateResult {
  readonly text: string;
}

/** Whether an answer came out the same; when it did not, what is another than it was. Texts are compared where tokens were not told. */
export function compareAnswers({ turn, record }: Reproducible, result: AnswerAgain, form: CacheForm): Exclude<Reproduction, { kind: "stopped" }> {
  const byText = (turn.answerTokens.length === 0 && turn.answerText !== "") || (result.tokens.length === 0 && result.text !== "");
  const [then, now] = byText ? [Array.from(turn.answerText), Array.from(result.text)] : [turn.answerTokens, result.tokens];
  const at = commonFront(then, now);
  const unit = byText && { unit: "characters" as const };
  const isWhole = at === then.length && (at === now.length || (byText && wasCut(record)));
  if (isWhole && result.origin?.promptHash === record.origin.promptHash) return { kind: "same", tokens: at, ...unit };
  const changes = differences(record, result, form);
  if (result.stopReason === "contextFull" && at === now.length) changes.push(t("The context is smaller now, and has no room for the rest."));
  return { kind: "different", at, ...unit, ...(changes.length > 0 && { reason: changes.join(" ") }) };
}

function commonFront(a: readonly unknown[], b: readonly unknown[]): number {
  const fork = a.findIndex((token, at) => token !== b[at]);
  return fork < 0 ? a.length : fork;
}

/** What is another than it was, each as a sentence. */
function differences(record: WholeRecord, { model, modelHash, origin, stopReason }: GenerateResult, form: CacheForm): string[] {
  const found: string[] = [];
  if (stopReason === "modelChanged") found.push(t("The model was changed while the answer was computed."));
  if (modelHash !== record.modelHash) {
    found.push(model === record.model ? changedContent(record, origin, model) : t("The model was {0}, and is {1} now.", record.model, model));
  }
  if (origin) found.push(...originDifferences(record.origin, origin));
  found.push(...cacheDifferences(record, form));
  if (origin && origin.promptHash !== record.origin.promptHash && found.length === 0) found.push(t("The prompt no longer has the same tokens."));
  return found;
}

function changedContent({ origin: then }: WholeRecord, now: GenerateOrigin | undefined, model: string): string {
  if (then.device !== "server" || now?.device !== "server") return t("The file of the model {0} has changed since.", model);
  return t("The model {0} is on another server now, or that server has another file of it.", model);
}

function originDifferences(then: GenerateOrigin, now: GenerateOrigin): readonly string[] {
  const [deviceThen, deviceNow] = [describeDevice(then), describeDevice(now)];
  // Between a server and this machine everything differs; to name it once is enough.
  const isMove = (then.device === "server") !== (now.device === "server");
  const found: string[] = [];
  if (now.format !== then.format && !isMove) found.push(t("The prompt format was {0}, and is {1} now.", then.format, now.format));
  if (now.libraryVersion !== then.libraryVersion && !isMove) found.push(libraryChange(then, now));
  if (deviceNow !== deviceThen) found.push(t("It was computed on {0}, and now on {1}.", deviceThen, deviceNow));
  return found;
}

function libraryChange(then: GenerateOrigin, now: GenerateOrigin): string {
  if (then.device === "server" && now.device === "server") return t("The server's program was {0}, and is {1} now.", then.libraryVersion, now.libraryVersion);
  return t("The library was node-llama-cpp {0}, and is {1} now.", then.libraryVersion, now.libraryVersion);
}

function cacheDifferences({ kvCacheType, flashAttention }: WholeRecord, now: CacheForm): readonly string[] {
  const found: string[] = [];
  if (kvCacheType !== undefined && kvCacheType !== now.kvCacheType) found.push(t("The KV cache was kept as {0}, and is as {1} now.", kvCacheType, now.kvCacheType));
  if (flashAttention !== undefined && flashAttention !== now.flashAttention) found.push(now.flashAttention ? t("Flash attention was off, and is on now.") : t("Flash attention was on, and is off now."));
  return found;
}

function describeDevice({ device, gpuLayers }: GenerateOrigin): string {
  if (device === "cpu") return t("the processor");
  if (device === "server") return t("the server");
  return gpuLayers === 1 ? t("{0} with 1 layer on the GPU", device) : t("{0} with {1} layers on the GPU", device, gpuLayers);
}
