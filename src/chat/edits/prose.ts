const textLanguages: ReadonlySet<string> = new Set(["markdown", "plaintext", "text", "txt", "md", "latex", "restructuredtext", "asciidoc", "git-commit"]);

/** Ends like a sentence or its colon, and has none of the marks that code is made of. */
const sentence = /^[A-Z"'“][^{};=<>]*[a-z0-9)"'”`][.:!?]$/;
const listItem = /^(?:[-*]|\d+\.)\s+\S+(?:\s+\S+){3,}/;
const comment = /^(?:\/\/|\/\*|\*|#|--|<!--|;|%|"""|''')/;
/** What a line of prose seldom has. */
const codeMark = /[{};=<>]|\(\)|\w\(|^\s*(?:import|from|def|class|return|const|let|var|func|fn|pub|if|for|while|use|package|end|else|@)\b/;

/**
 * Whether a text is written for a person rather than for a compiler: it opens with a sentence, or none of its lines
 * reads like code. Comments count as neither. A text in a language of texts is never refused.
 */
export function isProse(text: string, language = ""): boolean {
  if (textLanguages.has(language.toLowerCase())) return false;
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "" && !comment.test(line));
  const [first] = lines;
  if (first === undefined) return text.trim() === "";
  return isSentence(first) || (lines.some(isSentence) && !readsLikeCode(text));
}

/** Whether any line has marks that prose seldom has. */
export function readsLikeCode(text: string): boolean {
  return text.split("\n").some((line) => codeMark.test(line.trim()));
}

function isSentence(line: string): boolean {
  const words = line.split(/\s+/).length;
  return (sentence.test(line) && words >= 3) || (listItem.test(line) && !codeMark.test(line));
}
