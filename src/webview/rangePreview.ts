import { t } from "../common/l10n";
import { CodeText } from "./codeText";
import { fill, h } from "./dom";
import { rangeLabel } from "./format";
import type { ViewPreview, ViewRange } from "./protocol";
import type { Shell } from "./shell";

/** How long the pointer or the focus has to rest, ms. */
const openMs = 350;
/** How long the pointer may be between the button and the preview, ms. */
const closeMs = 150;
/** Between the button and the preview, in pixels. */
const gap = 4;

/** Shows the code that a button leads to, while the pointer rests on it or it has the keyboard's focus. Escape closes it. */
export class RangePreview {
  readonly #head = h("div", { class: "preview-head" });
  readonly #code = h("pre", { class: "preview-code" });
  readonly element = h("div", { class: "preview", role: "tooltip", hidden: true }, this.#head, this.#code);
  readonly #known = new WeakMap<HTMLElement, ViewRange>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wanted: HTMLElement | undefined;

  constructor(readonly shell: Pick<Shell, "request">) {
    this.element.addEventListener("pointerenter", () => clearTimeout(this.#timer));
    this.element.addEventListener("pointerleave", () => this.#later(closeMs, () => this.close()));
    document.addEventListener("keydown", (event) => this.#key(event), { capture: true });
    document.addEventListener("scroll", (event) => this.#scrolled(event.target), { capture: true, passive: true });
  }

  /** Lets a button show its code. */
  attach(button: HTMLElement, range: ViewRange): void {
    this.#known.set(button, range);
    const open = () => this.#later(openMs, () => void this.#open(button));
    const leave = () => this.#later(closeMs, () => this.close());
    button.addEventListener("pointerenter", open);
    button.addEventListener("pointerleave", leave);
    button.addEventListener("focus", () => button.matches(":focus-visible") && open());
    button.addEventListener("blur", leave);
    button.addEventListener("click", () => this.close());
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#wanted?.removeAttribute("aria-describedby");
    this.#wanted = undefined;
    this.element.hidden = true;
  }

  #later(ms: number, act: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, ms);
  }

  async #open(button: HTMLElement): Promise<void> {
    const range = this.#known.get(button);
    if (!range || !button.isConnected || this.#wanted === button) return;
    this.close();
    this.#wanted = button;
    const { path, startLine, endLine } = range;
    const preview = await this.shell.request("preview", { path, startLine, endLine });
    if (!this.#waitsFor(button)) return;
    this.#show(preview ?? undefined, range);
    this.#place(button.getBoundingClientRect());
    this.#head.id = "preview-head";
    button.setAttribute("aria-describedby", this.#head.id);
  }

  #waitsFor(button: HTMLElement): boolean {
    return this.#wanted === button && button.isConnected;
  }

  #show(preview: ViewPreview | undefined, range: ViewRange): void {
    this.#head.textContent = preview ? rangeLabel(preview) : t("{0} cannot be read any more", range.path);
    const code = h("code");
    fill(this.#code, code);
    this.#code.hidden = preview === undefined;
    if (!preview) return;
    const text = new CodeText(code, preview.language);
    text.push(preview.text.split("\n").map((line) => `${line}\n`));
    text.showRest("");
  }

  /** Below the button, or above it where there is more room; never over it. */
  #place({ top, bottom, left }: DOMRect): void {
    this.element.hidden = false;
    const { style } = this.element;
    const below = window.innerHeight - bottom;
    style.maxHeight = `${Math.max(80, Math.max(below, top) - 2 * gap)}px`;
    const { width, height } = this.element.getBoundingClientRect();
    const fitsBelow = height + 2 * gap <= below || below >= top;
    style.top = `${fitsBelow ? bottom + gap : Math.max(gap, top - gap - height)}px`;
    style.left = `${Math.max(gap, Math.min(left, window.innerWidth - width - gap))}px`;
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== "Escape" || this.element.hidden) return;
    // Elsewhere it stops an answer.
    event.stopPropagation();
    event.preventDefault();
    this.close();
  }

  #scrolled(target: EventTarget | null): void {
    if (!this.element.hidden && !this.element.contains(target instanceof Node ? target : null)) this.close();
  }
}
