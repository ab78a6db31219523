import { t } from "../common/l10n";
import { isPath } from "./codePath";
import { h } from "./dom";
import { rangeLabel } from "./format";
import type { LinkResolver } from "./linkResolver";
import type { ViewLink, ViewRange } from "./protocol";

export interface RangeOpener {
  open(range: ViewRange): void;
  /** Lets the code be seen while the pointer or the keyboard's focus is on a button. */
  preview(button: HTMLElement, range: ViewRange): void;
}

/** Longer texts name nothing. In characters. */
const longest = 160;
/** `src/a.ts`, `a.ts:12`, `a.ts:12-20`. */
const lineSuffix = /:\d+(?::\d+)?(?:-\d+)?$/;
/** `Parser.parseLine()`, `parse_line`, `ns::Type`; a single short word is no name to look for. */
const symbolPattern = /^(?=.{3,})[A-Za-z_$][\w$]*(?:(?:\.|::|#|->)[A-Za-z_$][\w$]*)*(?:\(\))?$/;
/** In plain prose only what cannot be anything else: a path with a folder, or a file with a line. */
const pathInProse = /(?<![\w/.@:-])(?:(?:[\w@.-]+\/)+[\w@-][\w@.-]*\.[A-Za-z]\w{0,9}(?::\d+(?:-\d+)?)?|[\w-]+\.[A-Za-z]\w{0,5}:\d+(?:-\d+)?)(?![\w/])/g;

/** Makes links of the paths and names in settled text, but only of those that there are; marks files that there are not. */
export function linkNames(nodes: readonly Node[], resolver: LinkResolver, opener: RangeOpener): void {
  for (const node of nodes) {
    if (!(node instanceof Element)) continue;
    for (const code of [...(node.matches("code") ? [node] : []), ...node.querySelectorAll("code")]) linkCode(code, resolver, opener);
    for (const text of textNodes(node)) linkProse(text, resolver, opener);
  }
}

function linkCode(code: Element, resolver: LinkResolver, opener: RangeOpener): void {
  const text = code.textContent.trim();
  if (code.closest("pre, a, button") || !readsLikeName(text)) return;
  void resolver.resolve(text).then((link) => {
    if (code.isConnected) show(code, h("code", {}, text), link, opener);
  });
}

function linkProse(node: Text, resolver: LinkResolver, opener: RangeOpener): void {
  for (const [text] of node.data.matchAll(pathInProse)) {
    void resolver.resolve(text).then((link) => {
      const holder = link && node.parentNode ? splitOut(node, text) : undefined;
      if (holder) show(holder, h("span", {}, text), link, opener);
    });
  }
}

/** The word, cut out of its text into an element of its own. */
function splitOut(node: Text, word: string): Element | undefined {
  const from = [...(node.parentNode?.childNodes ?? [])].find((child): child is Text => child.nodeType === Node.TEXT_NODE && (child.textContent ?? "").includes(word));
  if (!from) return undefined;
  const found = from.splitText(from.data.indexOf(word));
  found.splitText(word.length);
  const holder = h("span", {}, word);
  found.replaceWith(holder);
  return holder;
}

function show(place: Element, name: HTMLElement, link: ViewLink | null, opener: RangeOpener): void {
  if (!link) return;
  if (link.kind === "missing") {
    name.classList.add("missing-file");
    name.title = t("There is no such file in the workspace");
    name.append(h("span", { class: "visually-hidden" }, ` (${name.title})`));
    place.replaceWith(name);
    return;
  }
  const where = h("span", { class: "visually-hidden" }, ` (${t("Open {0}", rangeLabel(link))})`);
  const button = h("button", { class: "range-link", type: "button", click: () => opener.open(link) }, name, where);
  opener.preview(button, link);
  place.replaceWith(button);
}

function readsLikeName(text: string): boolean {
  if (text.length > longest || /\s/.test(text)) return false;
  return isPath(text.replace(lineSuffix, "")) || /^(?:[\w@.-]+\/)+$/.test(text) || symbolPattern.test(text);
}

/** Text outside of code, links and buttons. */
function textNodes(root: Element): Text[] {
  const walker = document.createTreeWalker(root, 4 /* NodeFilter.SHOW_TEXT */);
  const found: Text[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement?.closest("code, pre, a, button, .code-block")) found.push(node as Text);
  }
  return found;
}
