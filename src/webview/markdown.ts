import createPurifier from "dompurify";
import MarkdownIt from "markdown-it";
import { highlight } from "./highlight";

/**
 * Text from a model, or quoted from a file, becomes DOM here and nowhere else. Three fences, each enough alone: raw
 * HTML is not parsed, what comes out is cut down to a list of tags, and the page's content policy runs no inline code.
 */
const parser = new MarkdownIt({ html: false, linkify: true, highlight });
parser.disable("image");
parser.validateLink = (url) => /^https?:\/\//i.test(url);
// Without a scheme `main.rs` and `index.py` would become links: both endings are top-level domains.
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });

const tags = [
  "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s",
  "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
];

let purifier: ReturnType<typeof createPurifier> | undefined;

/** Markdown as sanitised DOM. */
export function renderMarkdown(text: string): DocumentFragment {
  purifier ??= createPurifier(window);
  return purifier.sanitize(parser.render(text), {
    ALLOWED_TAGS: tags,
    ALLOWED_ATTR: ["class", "href", "start"],
    ALLOWED_URI_REGEXP: /^https?:\/\//i,
    ADD_URI_SAFE_ATTR: ["start"],
    ALLOW_ARIA_ATTR: false,
    ALLOW_DATA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
}

/** Offset at which the last top-level block begins; 0 when there is at most one. */
export function lastBlockStart(text: string): number {
  const blocks = parser.parse(text, {}).filter((token) => token.level === 0 && token.nesting >= 0 && token.map !== null);
  const line = blocks.at(-1)?.map?.[0] ?? 0;
  return lineOffset(text, line);
}

function lineOffset(text: string, line: number): number {
  let offset = 0;
  for (let i = 0; i < line; i++) offset = text.indexOf("\n", offset) + 1;
  return offset;
}

/** Whether the text defines link targets, which may stand after the links that use them. */
export function definesLinks(text: string): boolean {
  return /^ {0,3}\[[^\]\n]+\]:/m.test(text);
}

const direction = /[\u202A-\u202E\u2066-\u2069]/g;

/** Makes characters visible that reorder the text around them: code must read as a compiler reads it. */
export function showDirectionControls(text: string): string {
  return text.replace(direction, (char) => `\u27E8U+${char.charCodeAt(0).toString(16).toUpperCase()}\u27E9`);
}
