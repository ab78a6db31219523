import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * Sets the language of the windows of a server that is not started yet, as its command "Configure Display Language"
 * does. The language pack that this takes is empty: the editor's own texts stay in English, the extension's do not.
 * @param dataDir the server's data folder
 * @param language such as "de"
 */
export function setDisplayLanguage(dataDir: string, language: string): void {
  const userData = path.join(dataDir, "data");
  const texts = path.join(dataDir, `${language}.i18n.json`);
  const pack = { extensionIdentifier: { id: `tests.language-pack-${language}` }, version: "1.0.0" };
  mkdirSync(path.join(userData, "User"), { recursive: true });
  writeFileSync(texts, JSON.stringify({ version: pack.version, contents: {} }));
  writeFileSync(path.join(userData, "languagepacks.json"), JSON.stringify({ [language]: { hash: language, label: language, extensions: [pack], translations: { vscode: texts } } }));
  writeFileSync(path.join(userData, "User", "argv.json"), JSON.stringify({ locale: language }));
}
