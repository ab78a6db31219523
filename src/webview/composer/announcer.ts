import { h } from "../dom";

/** Says what has changed to those who do not see it. */
export class Announcer {
  readonly element = h("p", { class: "visually-hidden composer-status", role: "status" });

  say(text: string): void {
    this.element.textContent = text;
  }
}
