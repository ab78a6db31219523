import { t } from "../common/l10n";
import { h } from "./dom";

/** What is new is told at most so often, ms: a screen reader must not fall behind further and further. */
const everyMs = 1500;
/** Most that is told at once, in characters. What is more can be read in its place. */
const most = 600;
const kept = 4;

/** Tells a screen reader what is new, block by block and each only once. */
export class LiveRegion {
  readonly element = h("div", { class: "visually-hidden", "aria-live": "polite", "aria-relevant": "additions", role: "log", "aria-label": t("New text") });
  #waiting = "";
  #notBefore = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(text: string): void {
    this.#waiting = `${this.#waiting} ${text.replaceAll(/\s+/g, " ").trim()}`.trim();
    const wait = this.#notBefore - performance.now();
    if (wait <= 0 && this.#timer === undefined) this.#tell();
    else this.#timer ??= setTimeout(() => this.#tell(), wait);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = "";
    this.element.replaceChildren();
  }

  #tell(): void {
    this.#timer = undefined;
    if (this.#waiting === "") return;
    this.#notBefore = performance.now() + everyMs;
    const text = this.#waiting.length > most ? `${this.#waiting.slice(0, most)}…` : this.#waiting;
    this.#waiting = "";
    const line = this.element.ownerDocument.createElement("p");
    line.textContent = text;
    this.element.append(line);
    while (this.element.childElementCount > kept) this.element.firstElementChild?.remove();
  }
}
