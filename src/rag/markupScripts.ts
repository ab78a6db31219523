/** Languages whose files hold scripts between tags. */
const markup: ReadonlySet<string> = new Set(["astro", "html", "svelte", "vue"]);

const openTag = /<script\b([^>]*)>/gi;
const typescript = /\blang\s*=\s*["']?(?:ts|typescript)\b/i;
const otherType = /\btype\s*=\s*["']?(?!module\b|text\/javascript\b|application\/javascript\b|text\/babel\b|["'\s])[\w/+.-]+/i;

export function isMarkup(language: string): boolean {
  return markup.has(language);
}

interface Script {
  /** The script on the lines it has in the file, all else blank. */
  readonly text: string;
  readonly language: "javascript" | "typescript";
}

/** The scripts of a markup text, those of one language as one. Line ends are \n. */
export function scriptsOf(text: string): readonly Script[] {
  const found = { javascript: new BlankedText(text), typescript: new BlankedText(text) };
  for (const tag of text.matchAll(openTag)) {
    const start = tag.index + tag[0].length;
    const end = text.indexOf("</script", start);
    if (end === -1) break;
    const attributes = tag[1] ?? "";
    if (otherType.test(attributes)) continue;
    found[typescript.test(attributes) ? "typescript" : "javascript"].keep(start, end);
  }
  return (["javascript", "typescript"] as const).flatMap((language) => {
    const { kept } = found[language];
    return kept === "" ? [] : [{ text: kept, language }];
  });
}

/** A text of which only some parts are kept, each on its own lines. */
class BlankedText {
  readonly #text: string;
  readonly #parts: string[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get kept(): string {
    return this.#parts.join("");
  }

  keep(start: number, end: number): void {
    if (start < this.#at) return;
    this.#parts.push(this.#text.slice(this.#at, start).replace(/[^\n]+/g, ""), this.#text.slice(start, end));
    this.#at = end;
  }
}
