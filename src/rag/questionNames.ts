/** What a question names outright. */
export interface QuestionNames {
  /** Words that are written like identifiers, in the case they have. */
  readonly identifiers: readonly string[];
  /** Words that are written like paths or file names, with forward slashes. */
  readonly paths: readonly string[];
  /** A plain word that is all that the question is about, as it is written: a name where a definition bears it. */
  readonly word?: string;
}

const quoted = /`([^`\n]+)`/g;
const pathLike = /(?:[\w@.$+~-]+[\\/])*[\w@$+~-][\w@.$+~-]*\.[A-Za-z]\w{0,9}\b|(?:[\w@.$+~-]+[\\/])+[\w@.$+~-]+/g;
const identifier = /[\p{L}_$][\p{L}\p{N}_$]*/gu;

/** Finds identifiers (camelCase, snake_case, calls, anything between back-ticks) and paths in a question. */
export function questionNames(question: string): QuestionNames {
  const paths = (question.match(pathLike) ?? []).map((path) => path.replaceAll("\\", "/").replace(/^\.\//, ""));
  const identifiers = new Set<string>();
  for (const [, code = ""] of question.matchAll(quoted)) for (const name of code.match(identifier) ?? []) identifiers.add(name);
  for (const match of question.matchAll(identifier)) {
    const before = question.slice(0, match.index).trimEnd();
    const after = question.slice(match.index + match[0].length);
    if (looksLikeCode(match[0], before, after)) identifiers.add(match[0]);
  }
  return { identifiers: [...identifiers], paths: [...new Set(paths)] };
}

function looksLikeCode(word: string, before: string, after: string): boolean {
  if (word.length < 2) return false;
  if (/[\p{Ll}\p{N}]\p{Lu}|[\p{L}\p{N}]_|^[_$]|\p{Lu}{2,}\p{Ll}/u.test(word)) return true;
  if (after.startsWith("()")) return true;
  // A capital alone is no sign of a type: titles and proper nouns have one too.
  return /(?:::|\w\.|->)$/.test(before) || /^(?:::|->)\w/.test(after);
}
