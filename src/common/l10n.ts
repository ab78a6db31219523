/** Translations by English text, as in the editor's `bundle.l10n.*.json`. */
export type Translations = Readonly<Record<string, string>>;

let translations: Translations = {};

/** Sets the language of this process or page; without it everything is in English. */
export function setTranslations(bundle: Translations): void {
  translations = bundle;
}

/** The bundle that is set, for a part of the program that is loaded later and has this module once more. */
export function currentTranslations(): Translations {
  return translations;
}

/** The language that numbers are written in. As in gettext, the entry without a text tells of the bundle itself. */
export function language(): string {
  return translations[""] ?? "en";
}

/**
 * The text in the person's language, `{0}`, `{1}` … filled in from `values`. `text` is written out where it is called,
 * so that a script can collect all of them.
 */
export function t(text: string, ...values: readonly (string | number)[]): string {
  const known = Object.hasOwn(translations, text) ? (translations[text] ?? text) : text;
  return known.replace(/\{(\d+)\}/g, (place, index: string) => String(values[Number(index)] ?? place));
}
