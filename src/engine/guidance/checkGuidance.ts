import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import { type Guidance, guidanceQueries, guidanceStrategies } from "../ports";
import { guidanceRanges } from "../ranges";
import { checkRange } from "../samplers";

/** Throws "bad-setting" with the name, the value and what is allowed. */
export function checkGuidance({ strategy, query, scale, topN }: Guidance): void {
  checkChoice("guidance", strategy, guidanceStrategies);
  checkChoice("guidanceQuery", query, guidanceQueries);
  checkRange("guidanceScale", scale, guidanceRanges.scale);
  checkRange("guidanceTopN", topN, guidanceRanges.topN);
}

function checkChoice(name: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  const choices = t("one of {0}", allowed.join(", "));
  throw new HearthError("bad-setting", t("The setting {0} is {1}; it has to be {2}.", name, `"${value}"`, choices), { remedy: t("Set {0} to {1}.", name, choices) });
}
