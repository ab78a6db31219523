import createPurifier from "dompurify";
import MarkdownIt, { type Token } from "markdown-it";
import { t } from "../common/l10n";
import { h } from "./dom";

/**
 * Text from a model, or quoted from a file, becomes DOM here and nowhere else. Three fences, each enough alone: raw
 * HTML is not parsed, what comes out is cut down to a list of tags, and the page's content policy runs no inline code.
 */
const parser = new MarkdownIt({ html: false, linkify: true });
parser.disable("image");
/** As deep as the parser goes into blocks inside of blocks; what lies deeper it leaves out. */
const deepest = 100;
parser.validateLink = (url) => /^https?:\/\//i.test(url);
// Without a scheme `main.rs` and `index.py` would become links: both endings are top-level domains.
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
// The whole line that opens a block is kept: it may name a file.
parser.renderer.rules.fence = (tokens, i) => {
  const { info = "", content = "" } = tokens[i] ?? {};
  return `<pre data-info="${parser.utils.escapeHtml(parser.utils.unescapeAll(info).trim())}"><code>${parser.utils.escapeHtml(content)}</code></pre>\n`;
};

const tags = [
  "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s",
  "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
];

let purifier: ReturnType<typeof createPurifier> | undefined;

/** What the links `[text][name]` of a text lead to. */
export interface LinkTargets {
  readonly references: object;
}

/** Collects the targets that a text defines, wherever in it. */
export function linkTargets(text: string): LinkTargets {
  const found = { references: {} };
  parser.block.parse(text, parser, found, []);
  return found;
}

/**
 * Markdown as sanitised DOM. A `pre` has the line that opened it in `data-info`.
 * @param targets what links by name lead to, beside what the text itself defines
 */
export function renderMarkdown(text: string, targets?: LinkTargets): DocumentFragment {
  purifier ??= createPurifier(window);
  const fragment = purifier.sanitize(toHtml(text, targets), {
    ALLOWED_TAGS: tags,
    ALLOWED_ATTR: ["class", "href", "start", "data-info"],
    ALLOWED_URI_REGEXP: /^https?:\/\//i,
    ADD_URI_SAFE_ATTR: ["start", "data-info"],
    ALLOW_ARIA_ATTR: false,
    ALLOW_DATA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const item of fragment.querySelectorAll("li")) {
    tighten(item);
    showTask(item);
  }
  for (const table of fragment.querySelectorAll("table")) makeScrollable(table);
  return fragment;
}

/** What is nested deeper than anybody writes is shown as it is. */
function toHtml(text: string, targets: LinkTargets | undefined): string {
  const env = { references: { ...targets?.references } };
  const tokens = parser.parse(text, env);
  const isTooDeep = tokens.some(({ level }) => level >= deepest - 3);
  return isTooDeep ? `<p class="plain">${parser.utils.escapeHtml(text)}</p>` : parser.renderer.render(tokens, parser.options, env);
}

/** The blocks of a text, without what stands inside their lines. */
export function parseBlocks(text: string): Token[] {
  const tokens: Token[] = [];
  parser.block.parse(text, parser, {}, tokens);
  return tokens;
}

/**
 * An item's only paragraph becomes plain text. Whether the items of a list stand apart is not known until its end has
 * come, and what was read must not move then.
 */
function tighten(item: Element): void {
  const paragraphs = [...item.children].filter(({ tagName }) => tagName === "P");
  if (paragraphs.length === 1) paragraphs[0]?.replaceWith(...paragraphs[0].childNodes);
  for (const node of [...item.childNodes]) {
    if (node.nodeType !== Node.TEXT_NODE) continue;
    const text = (node.textContent ?? "").replaceAll(/^\n+|\n+$/g, "");
    if (text === "") node.remove();
    else node.textContent = text;
  }
}

/** "[x] done" at the beginning of an item: a mark that is read out, too. */
function showTask(item: Element): void {
  const holder = item.firstChild?.nodeName === "P" ? item.firstChild : item;
  const first = holder.firstChild;
  const task = first?.nodeType === Node.TEXT_NODE ? /^\[([ xX])\]\s/.exec(first.textContent ?? "") : null;
  if (!first || !task) return;
  const done = task[1] !== " ";
  first.textContent = (first.textContent ?? "").slice(task[0].length);
  item.classList.add("task");
  first.before(h("span", { class: done ? "task-mark done" : "task-mark", role: "img", "aria-label": done ? t("done") : t("to do") }), " ");
}

/** What is too wide scrolls in its own place, by keyboard, too. */
function makeScrollable(table: Element): void {
  table.setAttribute("tabindex", "0");
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
