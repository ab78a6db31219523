import type { Translations } from "../common/l10n";

/** The translations that the shell wrote into the page; none where there is nothing that can be read. */
export function pageTranslations({ dataset }: HTMLElement): Translations {
  const known: unknown = JSON.parse(dataset["translations"] ?? "{}");
  if (typeof known !== "object" || known === null) return {};
  return Object.fromEntries(Object.entries(known).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}
