import { type Guidance, guidanceQueries, guidanceStrategies } from "../engine/ports";
import type { ChatSettings } from "./types";

/** What counts where the person set a strategy and nothing else. The manifest's defaults are the same. */
export const guidanceDefaults: Omit<Guidance, "strategy"> = { scale: 1, topN: 256, query: "fixed", adaptive: true };

export const guidanceChoices = ["none", ...guidanceStrategies] as const;

/** The parameters of guidance, each as a setting, an option of the terminal, and `/set` name it. */
export type GuidanceField = (typeof guidanceFields)[number];

export const guidanceFields = ["guidance", "guidanceScale", "guidanceTopN", "guidanceQuery", "guidanceAdaptive"] as const;

export function isGuidanceField(field: string): field is GuidanceField {
  return guidanceFields.some((known) => known === field);
}

/** What steers answers; undefined: nothing does. */
export function guidanceOf({ guidance = {} }: Pick<ChatSettings, "guidance">): Guidance | undefined {
  const { strategy, ...others } = guidance;
  return strategy && { strategy, ...guidanceDefaults, ...others };
}

/** The settings with one field set, or taken back to its default by a value that it cannot have. */
export function withGuidance({ guidance = {}, ...others }: ChatSettings, field: GuidanceField, value: number | string | undefined): ChatSettings {
  const kept: Partial<Guidance> = Object.fromEntries<unknown>(Object.entries(guidance).filter(([member]) => member !== memberOf[field]));
  const set = { ...kept, ...parsed(field, value) };
  return Object.keys(set).length === 0 ? others : { ...others, guidance: set };
}

/** What is set; undefined where the default counts. */
export function guidanceValue({ guidance = {} }: ChatSettings, field: GuidanceField): number | string | undefined {
  const value = guidance[memberOf[field]];
  return typeof value === "boolean" ? shown(value) : value;
}

/** What counts where a field is not set, as the end of a sentence. */
export function guidanceDefault(field: GuidanceField): string {
  const { [memberOf[field]]: value } = { strategy: "none", ...guidanceDefaults };
  return shown(value);
}

function shown(value: number | string | boolean): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  return String(value);
}

const memberOf = {
  guidance: "strategy",
  guidanceScale: "scale",
  guidanceTopN: "topN",
  guidanceQuery: "query",
  guidanceAdaptive: "adaptive",
} as const satisfies Record<GuidanceField, keyof Guidance>;

function parsed(field: GuidanceField, value: number | string | undefined): Partial<Guidance> {
  switch (field) {
    case "guidance":
      return defined("strategy", guidanceStrategies.find((known) => known === value));
    case "guidanceQuery":
      return defined("query", guidanceQueries.find((known) => known === value));
    case "guidanceAdaptive":
      return value === "on" || value === "off" ? { adaptive: value === "on" } : {};
    case "guidanceScale":
      return typeof value === "number" ? { scale: value } : {};
    case "guidanceTopN":
      return typeof value === "number" ? { topN: value } : {};
    default:
      return field satisfies never;
  }
}

function defined<K extends keyof Guidance>(name: K, value: Guidance[K] | undefined): Partial<Guidance> {
  return value === undefined ? {} : { [name]: value };
}
