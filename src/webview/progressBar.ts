import { h } from "./dom";

/** A thin bar; with `undefined` it moves to and fro. */
export class ProgressBar {
  readonly #fill = h("div", { class: "progress-fill" });
  readonly element: HTMLElement;

  constructor(label: string) {
    this.element = h("div", { class: "progress", role: "progressbar", "aria-label": label }, this.#fill);
    this.set(undefined);
  }

  set(fraction: number | undefined): void {
    this.element.classList.toggle("indeterminate", fraction === undefined);
    if (fraction === undefined) {
      this.element.removeAttribute("aria-valuenow");
      this.#fill.style.width = "";
      return;
    }
    const value = Math.round(Math.min(1, Math.max(0, fraction)) * 100);
    this.element.setAttribute("aria-valuenow", String(value));
    this.#fill.style.width = `${value}%`;
  }
}
