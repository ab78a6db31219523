import { t } from "../common/l10n";
import type { ContextFullPolicy } from "../chat/types";
import type { ChatBackend, GuidanceQuery, GuidanceStrategy, KvCacheType, PromptLookup, SamplerName } from "../engine/ports";
import type { IndexConfig } from "../rag/ports";
import { contributes } from "../../package.json";

/** The sections of the settings page, as the manifest has them. */
type Section = (typeof contributes.configuration)[number]["properties"];
type KeysOf<T> = T extends unknown ? keyof T : never;

/** A setting's name without the `hearth.` before it. The names come from the manifest. */
export type SettingName = KeysOf<Section> extends infer K ? (K extends `hearth.${infer Name}` ? Name : never) : never;

interface SettingTypes {
  model: string;
  modelDirectories: readonly string[];
  embeddingModel: string;
  /** "auto", "max" or a number. */
  gpuLayers: string;
  contextSize: number;
  threads: number;
  sequences: number;
  /** Minutes; 0: never. */
  unloadAfter: number;
  /** Gigabytes. */
  savedStatesLimit: number;
  "models.endpoint": string;
  "models.proxy": string;
  systemPrompt: string;
  sampler: SamplerName | null;
  temperature: number | null;
  topK: number | null;
  topP: number | null;
  minP: number | null;
  repeatPenalty: number | null;
  seed: number | null;
  maxTokens: number | null;
  contextFull: ContextFullPolicy;
  turnWindow: number | null;
  guidance: GuidanceStrategy | "none";
  guidanceScale: number;
  guidanceTopN: number;
  guidanceQuery: GuidanceQuery;
  guidanceAdaptive: "on" | "off";
  promptLookup: PromptLookup;
  kvCacheType: KvCacheType;
  flashAttention: boolean;
  "index.enabled": boolean;
  "index.exclude": readonly string[];
  "index.restOnBattery": boolean;
  "index.vectorPrecision": NonNullable<IndexConfig["vectorPrecision"]>;
  "index.vectorDimensions": number | null;
  backend: ChatBackend;
  "server.url": string;
  "server.model": string;
  /** Tokens; 0: 4096. */
  "server.contextSize": number;
  /** Seconds. */
  "server.silenceTimeout": number;
  "embeddingServer.url": string;
  "embeddingServer.model": string;
}

/** All settings, each of its manifest's type and within its range. Does not compile while a name differs from the manifest. */
export type Settings = { readonly [K in SettingName]: SettingTypes[K] };

/** A value that the person set and that cannot be used. */
export interface SettingProblem {
  readonly name: SettingName;
  readonly value: unknown;
  /** Setting, value, what is allowed, and what is used instead, in one sentence. */
  readonly message: string;
}

/** The part of a setting's JSON schema that is checked. */
interface Rule {
  readonly type: string | readonly string[];
  readonly default: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly scope?: string;
}

const prefix = "hearth.";

/** What a text may be where a pattern says so; the manifest's own word for it is in the editor's language, and a key here. */
const patternHelp: Partial<Record<SettingName, () => string>> = {
  gpuLayers: () => t("Give `auto`, `max`, or a number of layers such as 0 or 32."),
  "server.url": serverUrlHelp,
  "embeddingServer.url": serverUrlHelp,
};

function serverUrlHelp(): string {
  return t("Give a URL that begins with http:// or https://, without a name, a password or a key in it.");
}

const rules: ReadonlyMap<SettingName, Rule> = new Map(
  contributes.configuration
    .flatMap((section) => Object.entries(section.properties as Readonly<Record<string, Rule>>))
    .map(([key, rule]) => [key.slice(prefix.length) as SettingName, rule]),
);

export const settingNames: readonly SettingName[] = [...rules.keys()];

/** Whether it holds for the whole machine: the editor takes no value of a workspace for it. */
export function isMachineWide(name: SettingName): boolean {
  return rules.get(name)?.scope === "machine";
}

/** Reads every setting. One that cannot be used takes its default, and is told in `problems`. */
export function readSettings(read: (name: SettingName) => unknown): { settings: Settings; problems: readonly SettingProblem[] } {
  const problems: SettingProblem[] = [];
  const values = [...rules].map(([name, rule]): [SettingName, unknown] => {
    const given = read(name);
    const value = given === undefined ? rule.default : asText(given, rule);
    const fault = faultOf(name, value, rule);
    if (fault === undefined) return [name, value];
    problems.push({ name, value: given, message: messageOf(name, given, fault, rule) });
    return [name, rule.default];
  });
  return { settings: Object.fromEntries(values) as Settings, problems };
}

/**
 * A number where a pattern of text is asked for, such as 32 in place of "32", is its digits. The manifest does not say
 * that a number may stand there: a setting of two types has no text field on the settings page.
 */
function asText(given: unknown, { type, pattern }: Rule): unknown {
  return typeof given === "number" && type === "string" && pattern !== undefined ? String(given) : given;
}

/** What is allowed, in words, when the value is not; undefined when it is. */
function faultOf(name: SettingName, value: unknown, rule: Rule): string | undefined {
  if (rule.enum) return rule.enum.includes(value) ? undefined : t("one of {0}", rule.enum.map(show).join(", "));
  const types = typeof rule.type === "string" ? [rule.type] : rule.type;
  if (!types.some((type) => isOfType(value, type))) return describeRule(rule, types);
  if (typeof value === "number" && !inRange(value, rule)) return describeRule(rule, types);
  if (typeof value === "string" && value.trim().length < (rule.minLength ?? 0)) return t("text that is not empty");
  if (typeof value === "string" && rule.pattern !== undefined && !new RegExp(rule.pattern).test(value)) {
    return patternHelp[name]?.() ?? t("text that matches {0}", rule.pattern);
  }
  return undefined;
}

function isOfType(value: unknown, type: string): boolean {
  if (type === "null") return value === null;
  if (type === "integer") return Number.isInteger(value);
  if (type === "number") return typeof value === "number" && Number.isFinite(value);
  if (type === "array") return Array.isArray(value) && value.every((item) => typeof item === "string");
  return typeof value === type;
}

function inRange(value: number, { minimum = -Infinity, maximum = Infinity }: Rule): boolean {
  return value >= minimum && value <= maximum;
}

const typeWords: Readonly<Record<string, () => string>> = {
  integer: () => t("a whole number"),
  number: () => t("a number"),
  string: () => t("text"),
  boolean: () => t("true or false"),
  array: () => t("a list of texts"),
  null: () => t("empty"),
};

function describeRule({ minimum, maximum }: Rule, types: readonly string[]): string {
  const words = types.map((type) => {
    const word = typeWords[type]?.() ?? type;
    return minimum !== undefined && maximum !== undefined && type !== "null" ? t("{0} from {1} to {2}", word, minimum, maximum) : word;
  });
  return words.reduce((before, word) => t("{0} or {1}", before, word));
}

function messageOf(name: SettingName, value: unknown, allowed: string, rule: Rule): string {
  const wanted = /[.!]$/.test(allowed) ? allowed : t("It takes {0}.", allowed);
  return t("The setting {0} cannot be {1}. {2} Until then its default is used: {3}.", `${prefix}${name}`, mayHoldKey(name) ? '"…"' : show(value), wanted, show(rule.default));
}

/** A URL that is refused may be so for the password in it, and messages go to the log. */
function mayHoldKey(name: SettingName): boolean {
  return name.endsWith(".url");
}

function show(value: unknown): string {
  return JSON.stringify(value);
}
