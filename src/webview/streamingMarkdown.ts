import { closesFence, type Cut, type Fence, findCut, type OpenBlocks } from "./blockCut";
import { type BlockActions, CodeBlock } from "./codeBlock";
import { pathInElement, readFence } from "./codePath";
import { longestPart } from "./codeText";
import { h } from "./dom";
import { joinBlocks } from "./joinBlocks";
import { definesLinks, type LinkTargets, linkTargets, renderMarkdown, showDirectionControls } from "./markdown";
import { closeInline } from "./openInline";

export interface MarkdownEvents {
  /** Something was drawn. */
  readonly onRender?: () => void;
  /** These nodes will change no more. */
  readonly onSettled?: (nodes: readonly Node[]) => void;
}

/** Drawing may take this share of the time: after a frame that cost 10 ms the next one comes 10 ms later. */
const pause = 1;
/** What is drawn for good in one frame, in characters. What is more waits for the next one. */
const perFrame = 6000;
/** How far is looked for the end of a block at first, in characters. */
const firstLook = 6000;

interface OpenCode {
  readonly fence: Fence;
  readonly block: CodeBlock;
  /** A piece of a very long line has been drawn. */
  inLine: boolean;
}

/**
 * Markdown that grows. What can change no more stands untouched in the page, down to the items of a list, the rows of a
 * table and the lines of code; only what is still open at the end is drawn again, at most once per frame. What a frame
 * costs depends on what has come since the last one, not on how much there is.
 */
export class StreamingMarkdown {
  readonly element = h("div", { class: "markdown" });
  #text = "";
  #settled = 0;
  #open: OpenBlocks | undefined;
  #code: OpenCode | undefined;
  #tail: readonly ChildNode[] = [];
  #targets: LinkTargets | undefined;
  #ended = false;
  #scheduled = false;
  #notBefore = 0;

  constructor(
    readonly actions: BlockActions,
    readonly events: MarkdownEvents = {},
  ) {}

  append(text: string): void {
    this.#text += clean(text);
    this.#schedule();
  }

  /** Shows the whole text, finally. A long one takes several frames. */
  finish(text: string): void {
    const whole = clean(text);
    if (this.#ended && whole === this.#text) return;
    const targets = definesLinks(whole) ? linkTargets(whole) : undefined;
    if (this.#ended || targets || !whole.startsWith(this.#text.slice(0, this.#settled))) this.#restart();
    this.#targets = targets;
    this.#text = whole;
    this.#ended = true;
    this.render();
  }

  /** Shows text that goes on growing, as when a view opens in the middle of an answer. */
  restart(text: string): void {
    this.#restart();
    this.#text = clean(text);
    this.render();
  }

  /** Shows what has come so far, without waiting for the next frame. */
  render(): void {
    this.#scheduled = false;
    let left = perFrame;
    for (let drawn = -1; left > 0 && drawn !== 0; left -= drawn) drawn = this.#settleSome();
    if (left <= 0) this.#schedule();
    else if (this.#ended) this.#settleRest();
    else this.#showTail();
    this.events.onRender?.();
  }

  #restart(): void {
    this.#settled = 0;
    this.#ended = false;
    this.#open = this.#code = this.#targets = undefined;
    this.#tail = [];
    this.element.replaceChildren();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const wait = this.#notBefore - performance.now();
    const frame = () => requestAnimationFrame(() => this.#frame());
    if (wait > 4) setTimeout(frame, wait);
    else frame();
  }

  #frame(): void {
    if (!this.#scheduled) return;
    const start = performance.now();
    this.render();
    const end = performance.now();
    this.#notBefore = end + (end - start) * pause;
  }

  /** Draws a piece of what can change no more. Returns how many characters it took; 0: there is none. */
  #settleSome(): number {
    if (this.#code) return this.#settleLines(this.#code);
    const cut = this.#nextCut();
    if (cut.kind === "none") return 0;
    if (cut.length > 0) this.#settle(this.#text.slice(this.#settled, this.#settled + cut.length), cut.kind === "blocks" ? cut.next : undefined);
    if (cut.kind === "blocks") return cut.length;
    this.#beginCode(cut.fence);
    this.#settled += cut.codeStart - cut.length;
    return cut.codeStart;
  }

  #nextCut(): Cut {
    const left = this.#text.length - this.#settled;
    for (let length = firstLook; ; length *= 2) {
      const cut = findCut(this.#text.slice(this.#settled, this.#settled + length), this.#open);
      if (cut.kind !== "none" || length >= left) return cut;
    }
  }

  #settle(text: string, next: OpenBlocks | undefined): void {
    this.#removeTail();
    const nodes = this.#draw(text);
    this.#settled += text.length;
    this.#open = next;
    this.events.onSettled?.(nodes);
  }

  #settleRest(): void {
    const rest = this.#text.slice(this.#settled);
    if (this.#code) this.#endCode(this.#code, rest);
    else if (rest !== "") this.#settle(rest, undefined);
    this.#settled = this.#text.length;
  }

  #showTail(): void {
    const rest = this.#text.slice(this.#settled);
    if (this.#code) return this.#showPartialLine(this.#code, rest);
    this.#removeTail();
    this.#tail = this.#draw(closeInline(rest));
    markEnd(this.element, true);
  }

  #removeTail(): void {
    markEnd(this.element, false);
    for (const node of this.#tail) node.remove();
    this.#tail = [];
  }

  #draw(text: string): ChildNode[] {
    const fragment = renderMarkdown((this.#open?.prefix ?? "") + text, this.#targets);
    for (const pre of fragment.querySelectorAll("pre")) this.#drawCode(pre, fragment);
    return joinBlocks(this.element, fragment, this.#open);
  }

  #drawCode(pre: Element, fragment: DocumentFragment): void {
    const before = pre.previousElementSibling ?? (pre.parentNode === fragment ? this.element.lastElementChild : null);
    const block = new CodeBlock(readFence(pre.getAttribute("data-info") ?? ""), pathInElement(before), this.actions);
    pre.replaceWith(block.element);
    block.setText(pre.textContent);
  }

  #beginCode(fence: Fence): void {
    this.#removeTail();
    const block = new CodeBlock(readFence(fence.info), pathInElement(this.element.lastElementChild), this.actions);
    this.element.append(block.element);
    this.#open = undefined;
    this.#code = { fence, block, inLine: false };
    markEnd(this.element, true);
  }

  #settleLines(code: OpenCode): number {
    const lines: string[] = [];
    let taken = 0;
    for (let from = this.#settled; taken < perFrame; from = this.#settled + taken) {
      const end = this.#text.indexOf("\n", from) + 1;
      const isPiece = end === 0 ? this.#text.length - from > longestPart : end - from > longestPart;
      if (end === 0 && !isPiece) break;
      const line = this.#text.slice(from, isPiece ? from + longestPart : end);
      taken += line.length;
      if (!code.inLine && closesFence(line, code.fence)) {
        this.#closeCode(code, lines);
        this.#settled += taken;
        return taken;
      }
      lines.push(code.inLine ? line : dedent(line, code.fence.indent));
      code.inLine = isPiece;
    }
    if (lines.length > 0) code.block.push(lines);
    this.#settled += taken;
    return taken;
  }

  #closeCode(code: OpenCode, lines: readonly string[]): void {
    if (lines.length > 0) code.block.push(lines);
    code.block.showPartial("");
    markEnd(this.element, false);
    this.#code = undefined;
    this.events.onSettled?.([code.block.element]);
  }

  #endCode(code: OpenCode, rest: string): void {
    this.#closeCode(code, rest === "" || closesFence(rest, code.fence) ? [] : [`${dedent(rest, code.fence.indent)}\n`]);
  }

  /** The marks that may end the block do not flash up as code. */
  #showPartialLine({ fence, block, inLine }: OpenCode, rest: string): void {
    const isMark = !inLine && /^ {0,3}(?:`+|~+)[ \t]*$/.test(rest);
    block.showPartial(isMark ? "" : inLine ? rest : dedent(rest, fence.indent));
  }
}

/** Marks the innermost last element, behind which a caret stands while the answer is being written. */
function markEnd(root: Element, on: boolean): void {
  if (!on) return root.querySelector("[data-writing]")?.removeAttribute("data-writing");
  let end = root.lastElementChild;
  while (end?.lastElementChild && holdsBlocks.test(end.tagName) && !isText(end.lastChild)) end = end.lastElementChild;
  (end?.classList.contains("code-block") ? end.querySelector("code") : end)?.setAttribute("data-writing", "");
}

const holdsBlocks = /^(?:UL|OL|LI|BLOCKQUOTE)$/;

function isText(node: ChildNode | null): boolean {
  return node?.nodeType === Node.TEXT_NODE && (node.textContent ?? "").trim() !== "";
}

function dedent(line: string, indent: number): string {
  return indent === 0 ? line : line.replace(new RegExp(`^ {0,${indent}}`), "");
}

function clean(text: string): string {
  return showDirectionControls(text.replaceAll(/\r|\u0000/g, ""));
}
