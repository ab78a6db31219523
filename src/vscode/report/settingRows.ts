import { shortPaths } from "./redact";

/** How a setting's value may appear in a report. */
type Disclosure = "value" | "path" | "length" | "isSet";

/** Settings that hold more than a choice or a number. Text that people write shows its length; addresses may hold secrets. */
const disclosures: Readonly<Record<string, Disclosure>> = {
  model: "path",
  modelDirectories: "path",
  embeddingModel: "path",
  systemPrompt: "length",
  "models.endpoint": "isSet",
  "models.proxy": "isSet",
  "index.exclude": "length",
  "server.url": "isSet",
  "embeddingServer.url": "isSet",
  gpuLayers: "value",
};

/** `name: value` for each setting that differs from its default. A text without a rule of its own shows its length alone. */
export function settingRows(settings: Readonly<Record<string, unknown>>, defaults: Readonly<Record<string, unknown>>, home: string): readonly string[] {
  return Object.entries(settings)
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(defaults[name]))
    .map(([name, value]) => `hearth.${name}: ${disclosed(name, value, home)}`);
}

function disclosed(name: string, value: unknown, home: string): string {
  switch (disclosures[name] ?? (isChoice(value) ? "value" : "length")) {
    case "value":
      return JSON.stringify(value);
    case "path":
      return shortPaths([value].flat().join(", "), home);
    case "length":
      return Array.isArray(value) ? `${value.length} entries` : `${String(value).length} characters`;
    case "isSet":
      return "set";
    default:
      return "";
  }
}

/** Names of choices are short and of one word; a sentence is something that a person wrote. */
function isChoice(value: unknown): boolean {
  return typeof value === "number" || typeof value === "boolean" || value === null || (typeof value === "string" && /^[\w.-]{0,20}$/.test(value));
}
