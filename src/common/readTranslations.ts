import { readFileSync } from "node:fs";
import { setTranslations, type Translations } from "./l10n";
import type { Log } from "./log";

/** The environment variable that tells a child process the path of the bundle with its texts; empty: English. */
export const translationsVariable = "HEARTH_TRANSLATIONS";

/** Sets the language of a child process. A bundle that cannot be read costs the language only: it is logged, and English stays. */
export function readTranslations(log: Log, file = process.env[translationsVariable] ?? ""): void {
  if (file === "") return;
  try {
    setTranslations(checked(JSON.parse(readFileSync(file, "utf8"))));
  } catch (error) {
    log.write("warn", `The texts of ${file} could not be read, so they stay in English: ${String(error)}`);
  }
}

function checked(bundle: unknown): Translations {
  if (typeof bundle !== "object" || bundle === null || Array.isArray(bundle)) throw new TypeError("It is no list of texts.");
  return Object.fromEntries(Object.entries(bundle).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}
