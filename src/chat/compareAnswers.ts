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
  if (result.stopReason === "contextFull" && at === result.tokens.length) changes.push("The context is smaller now, and has no room for the rest.");
  return { kind: "different", at, ...(changes.length > 0 && { reason: changes.join(" ") }) };
}

function commonFront(a: readonly number[], b: readonly number[]): number {
  const fork = a.findIndex((token, at) => token !== b[at]);
  return fork < 0 ? a.length : fork;
}

/** What is another than it was, each as a sentence. */
function differences(record: WholeRecord, { model, modelHash, origin, stopReason }: GenerateResult, form: CacheForm): string[] {
  const found: string[] = [];
  if (stopReason === "modelChanged") found.push("The model was changed while the answer was computed.");
  if (modelHash !== record.modelHash) {
    found.push(model === record.model ? `The file of the model ${model} has changed since.` : `The model was ${record.model}, and is ${model} now.`);
  }
  if (origin) found.push(...originDifferences(record.origin, origin));
  found.push(...cacheDifferences(record, form));
  if (origin && origin.promptHash !== record.origin.promptHash && found.length === 0) found.push("The prompt no longer has the same tokens.");
  return found;
}

function originDifferences(then: GenerateOrigin, now: GenerateOrigin): readonly string[] {
  const [deviceThen, deviceNow] = [describeDevice(then), describeDevice(now)];
  const found: string[] = [];
  if (now.format !== then.format) found.push(`The prompt format was ${then.format}, and is ${now.format} now.`);
  if (now.libraryVersion !== then.libraryVersion) found.push(`The library was node-llama-cpp ${then.libraryVersion}, and is ${now.libraryVersion} now.`);
  if (deviceNow !== deviceThen) found.push(`It was computed on ${deviceThen}, and now on ${deviceNow}.`);
  return found;
}

function cacheDifferences({ kvCacheType, flashAttention }: WholeRecord, now: CacheForm): readonly string[] {
  const found: string[] = [];
  if (kvCacheType !== undefined && kvCacheType !== now.kvCacheType) found.push(`The KV cache was kept as ${kvCacheType}, and is as ${now.kvCacheType} now.`);
  if (flashAttention !== undefined && flashAttention !== now.flashAttention) found.push(`Flash attention was ${onOff(flashAttention)}, and is ${onOff(now.flashAttention)} now.`);
  return found;
}

function onOff(isOn: boolean): string {
  return isOn ? "on" : "off";
}

function describeDevice({ device, gpuLayers }: GenerateOrigin): string {
  if (device === "cpu") return "the processor";
  return `${device} with ${gpuLayers} ${gpuLayers === 1 ? "layer" : "layers"} on the GPU`;
}
