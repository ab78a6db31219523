const maxLength = 160;
const maxLines = 12;

/**
 * The head of what is defined on a line (1-based): that line, with those after it as long as a bracket is open, as one
 * line of at most 160 characters.
 */
export function signatureAt(lines: readonly string[], line: number): string {
  let text = (lines[line - 1] ?? "").trim();
  for (let next = line; next < line - 1 + maxLines && text.length < maxLength && openBrackets(text) > 0; next++) {
    const part = (lines[next] ?? "").trim();
    if (part !== "") text += ` ${part}`;
  }
  return text.replace(/([([]) /g, "$1").replace(/,? ([)\]])/g, "$1").slice(0, maxLength);
}

/** A single quote may also begin a lifetime or stand in prose. */
const quoted = /(["`])(?:\\.|(?!\1).)*\1|'\\?.'/g;

function openBrackets(text: string): number {
  let open = 0;
  for (const character of text.replace(quoted, "")) {
    if (character === "(" || character === "[") open++;
    else if (character === ")" || character === "]") open--;
  }
  return open;
}
