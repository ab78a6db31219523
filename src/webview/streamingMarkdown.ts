import { type CodeActions, decorateCodeBlocks, updateCodeBlock } from "./codeBlock";
import { h } from "./dom";
import { definesLinks, lastBlockStart, renderMarkdown, showDirectionControls } from "./markdown";

/** Rendering may take this share of the time: after a frame that cost 10 ms the next one comes 30 ms later. */
const pause = 3;

/**
 * Markdown that grows. Blocks that can change no more stay untouched in the page; only the last one is rendered
 * again, at most once per animation frame.
 */
export class StreamingMarkdown {
  readonly element = h("div", { class: "markdown" });
  readonly #tail = h("div", { class: "tail" });
  #text = "";
  #settled = 0;
  #scheduled = false;
  #notBefore = 0;

  constructor(
    readonly actions: CodeActions,
    readonly onRender: () => void = () => undefined,
  ) {
    this.element.append(this.#tail);
  }

  append(text: string): void {
    this.#text += clean(text);
    this.#schedule();
  }

  /** Shows the whole text, now and finally. */
  finish(text: string): void {
    const whole = clean(text);
    if (!whole.startsWith(this.#text.slice(0, this.#settled)) || definesLinks(whole)) this.#restart();
    this.#text = whole;
    this.render();
    this.#tail.replaceWith(...this.#tail.childNodes);
    this.element.append(this.#tail);
    this.#settled = this.#text.length;
  }

  /** Shows text that goes on growing, as when a view opens in the middle of an answer. */
  restart(text: string): void {
    this.#restart();
    this.#text = clean(text);
    this.render();
  }

  #restart(): void {
    this.#settled = 0;
    this.element.replaceChildren(this.#tail);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const wait = this.#notBefore - performance.now();
    const frame = () => requestAnimationFrame(() => this.#frame());
    if (wait > 0) setTimeout(frame, wait);
    else frame();
  }

  #frame(): void {
    if (!this.#scheduled) return;
    const start = performance.now();
    this.render();
    const end = performance.now();
    this.#notBefore = end + (end - start) * pause;
  }

  /** Shows what has come so far, without waiting for the next frame. */
  render(): void {
    this.#scheduled = false;
    this.#settle();
    this.#showTail(this.#draw(this.#text.slice(this.#settled)));
    this.onRender();
  }

  /** Moves what cannot change any more in front of the tail: all but the last block of the complete lines. */
  #settle(): void {
    const lines = this.#text.slice(this.#settled, this.#text.lastIndexOf("\n") + 1);
    const length = lastBlockStart(lines);
    if (length === 0) return;
    this.#tail.before(this.#draw(lines.slice(0, length)));
    this.#tail.replaceChildren();
    this.#settled += length;
  }

  #showTail(next: DocumentFragment): void {
    const single = next.childElementCount === 1 && this.#tail.childElementCount === 1;
    if (single && updateCodeBlock(this.#tail.firstElementChild, next.firstElementChild)) return;
    this.#tail.replaceChildren(next);
  }

  #draw(text: string): DocumentFragment {
    const fragment = renderMarkdown(text);
    decorateCodeBlocks(fragment, this.actions);
    return fragment;
  }
}

function clean(text: string): string {
  return showDirectionControls(text.replaceAll("\r", ""));
}
