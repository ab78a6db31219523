import { HearthError } from "../../common/errors";
import { describeRange, isInRange, maxTokensRange, type NumberRange, samplingRanges } from "../../engine/ranges";
import type { CompletionWish } from "../../chat/completionRun";

type Wish = Pick<CompletionWish, "sampling" | "maxTokens">;

/** What a caller may set for one request, under the names that are usual for it. Others change nothing and pass. */
export function modelOptions(options: Readonly<Record<string, unknown>> = {}): Wish {
  const read = (names: readonly string[], range: NumberRange) => numberOf(options, names, range);
  const temperature = read(["temperature"], samplingRanges.temperature);
  const topP = read(["top_p", "topP"], samplingRanges.topP);
  const seed = read(["seed"], samplingRanges.seed);
  const maxTokens = read(["max_tokens", "maxTokens"], maxTokensRange);
  return {
    sampling: { ...(temperature !== undefined && { temperature }), ...(topP !== undefined && { topP }), ...(seed !== undefined && { seed }) },
    ...(maxTokens !== undefined && { maxTokens }),
  };
}

function numberOf(options: Readonly<Record<string, unknown>>, names: readonly string[], range: NumberRange): number | undefined {
  const name = names.find((one) => options[one] !== undefined && options[one] !== null);
  if (name === undefined) return undefined;
  const value = options[name];
  if (typeof value === "number" && isInRange(value, range)) return value;
  throw new HearthError("bad-use", `The option ${name} cannot be ${JSON.stringify(value)}.`, { remedy: `It takes ${describeRange(range)}.` });
}
