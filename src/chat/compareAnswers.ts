import { t } from "../common/l10n";
import type { GenerateOrigin, GenerateResult, ModelInfo } from "../engine/ports";
import type { Reproducible, WholeRecord } from "./reproductionRequest";
import type { Reproduction } from "./types";

/** How the KV cache is kept and read now. */
export type CacheForm = Pick<ModelInfo, "kvCacheType" | "flashAttention">;

/** Whether an answer came out the same; when it did not, what is another than it was. */
export function compareAnswers({ turn, record }: Reproducible, result: GenerateResult, form: CacheForm): Exclude<Reproduction, { kind: "stopped" }> {
  const at = commonFront(turn.answerTokens, result.tokens);
  const isWhole = at === turn.answerTokens.length && at === result.tokens.length;
  if (isWhole && result.origin?.promptHash === record.origin.promptHash) return { kind: "same", tokens: at };
  const changes = differences(record, result, form);
  if (result.stopReason === "contextFull" && at === result.tokens.length) changes.push(t("The context is smaller now, and has no room for the rest."));
  return { kind: "different", at, ...(changes.length > 0 && { reason: changes.join(" ") }) };
}

function commonFront(a: readonly number[], b: readonly number[]): number {
  const fork = a.findIndex((token, at) => token !== b[at]);
  return fork < 0 ? a.length : fork;
}

/** What is another than it was, each as a sentence. */
function differences(record: WholeRecord, { model, modelHash, origin, stopReason }: GenerateResult, form: CacheForm): string[] {
  const found: string[] = [];
  if (stopReason === "modelChanged") found.push(t("The model was changed while the answer was computed."));
  if (modelHash !== record.modelHash) {
    found.push(model === record.model ? t("The file of the model {0} has changed since.", model) : t("The model was {0}, and is {1} now.", record.model, model));
  }
  if (origin) found.push(...originDifferences(record.origin, origin));
  found.push(...cacheDifferences(record, form));
  if (origin && origin.promptHash !== record.origin.promptHash && found.length === 0) found.push(t("The prompt no longer has the same tokens."));
  return found;
}

function originDifferences(then: GenerateOrigin, now: GenerateOrigin): readonly string[] {
  const [deviceThen, deviceNow] = [describeDevice(then), describeDevice(now)];
  const found: string[] = [];
  if (now.format !== then.format) found.push(t("The prompt format was {0}, and is {1} now.", then.format, now.format));
  if (now.libraryVersion !== then.libraryVersion) found.push(t("The library was node-llama-cpp {0}, and is {1} now.", then.libraryVersion, now.libraryVersion));
  if (deviceNow !== deviceThen) found.push(t("It was computed on {0}, and now on {1}.", deviceThen, deviceNow));
  return found;
}

function cacheDifferences({ kvCacheType, flashAttention }: WholeRecord, now: CacheForm): readonly string[] {
  const found: string[] = [];
  if (kvCacheType !== undefined && kvCacheType !== now.kvCacheType) found.push(t("The KV cache was kept as {0}, and is as {1} now.", kvCacheType, now.kvCacheType));
  if (flashAttention !== undefined && flashAttention !== now.flashAttention) found.push(now.flashAttention ? t("Flash attention was off, and is on now.") : t("Flash attention was on, and is off now."));
  return found;
}

function describeDevice({ device, gpuLayers }: GenerateOrigin): string {
  if (device === "cpu") return t("the processor");
  return gpuLayers === 1 ? t("{0} with 1 layer on the GPU", device) : t("{0} with {1} layers on the GPU", device, gpuLayers);
}
