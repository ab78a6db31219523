import { autoGrow } from "./autoGrow";
import { fill, h } from "./dom";
import { rangeLabel, shortRangeLabel } from "./format";
import { icon } from "./icons";
import type { ViewAttachment } from "./protocol";
import type { Shell } from "./shell";

/** Where the question is written: attachments above, the text, and a row of buttons below. Enter sends. */
export class Composer {
  readonly #chips = h("div", { class: "chips", "aria-label": "Attached code" });
  readonly #input = h("textarea", { class: "input", rows: "1", placeholder: "Ask about your code", "aria-label": "Question" });
  readonly #context = h("button", { class: "toggle", type: "button" }, icon("code"), h("span", {}, "Code context"));
  readonly #send = h("button", { class: "icon-button send", type: "button", title: "Send (Enter)", "aria-label": "Send" }, icon("send"));
  readonly #stop = h("button", { class: "icon-button stop", type: "button", title: "Stop (Escape)", "aria-label": "Stop" }, icon("stop"));
  readonly #problem = h("p", { class: "composer-problem", role: "alert" });
  readonly #reply = h("p", { class: "composer-reply", role: "status" });
  readonly element: HTMLElement;
  #running = false;

  constructor(
    readonly shell: Pick<Shell, "ask" | "stop" | "removeAttachment" | "setContext">,
    readonly onDraft: (draft: string) => void,
  ) {
    const row = h("div", { class: "composer-row" }, this.#context, h("span", { class: "spacer" }), this.#send, this.#stop);
    const box = h("div", { class: "composer-box" }, this.#chips, this.#input, row);
    this.element = h("footer", { class: "composer" }, this.#problem, this.#reply, box);
    this.#listen();
    this.#send.disabled = true;
    this.setRunning(false);
    this.setAttachments([]);
  }

  focus(): void {
    this.#input.focus();
  }

  setDraft(text: string): void {
    this.#input.value = text;
    this.#changed();
  }

  setRunning(running: boolean): void {
    this.#running = running;
    this.#stop.hidden = !running;
    this.#send.hidden = running;
  }

  setContext(enabled: boolean): void {
    this.#context.setAttribute("aria-pressed", String(enabled));
    this.#context.title = enabled ? "Code that fits the question is added to it" : "No code is added to the question";
  }

  setAttachments(attachments: readonly ViewAttachment[]): void {
    this.#chips.hidden = attachments.length === 0;
    fill(this.#chips, ...attachments.map((attachment, index) => this.#chip(attachment, index)));
  }

  /** Tells what could not be done; gone with the next key. */
  showProblem(message: string): void {
    this.#problem.textContent = message;
  }

  /** Tells what a command has to say; gone with the next key. */
  showReply(text: string): void {
    this.#reply.textContent = text;
  }

  #listen(): void {
    this.#input.addEventListener("input", () => this.#changed());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#send.addEventListener("click", () => this.#submit());
    this.#stop.addEventListener("click", () => this.shell.stop());
    this.#context.addEventListener("click", () => this.shell.setContext(this.#context.getAttribute("aria-pressed") !== "true"));
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit();
  }

  #submit(): void {
    const text = this.#input.value.trim();
    if (text === "" || this.#running) return;
    this.setDraft("");
    void this.shell.ask(text).then((taken) => {
      if (!taken) this.#giveBack(text);
    });
  }

  /** The text of a question that was refused; the reason stays in sight. */
  #giveBack(text: string): void {
    if (this.#input.value !== "") return;
    const problem = this.#problem.textContent;
    this.setDraft(text);
    this.showProblem(problem);
  }

  #changed(): void {
    this.#problem.textContent = "";
    this.#reply.textContent = "";
    autoGrow(this.#input);
    this.#send.disabled = this.#input.value.trim() === "";
    this.onDraft(this.#input.value);
  }

  #chip(attachment: ViewAttachment, index: number): HTMLElement {
    const label = `Remove ${rangeLabel(attachment)}`;
    const remove = h(
      "button",
      { class: "chip-close", type: "button", title: label, "aria-label": label, click: () => this.shell.removeAttachment(index) },
      icon("close"),
    );
    return h("span", { class: "chip", title: rangeLabel(attachment) }, icon("file"), h("span", {}, shortRangeLabel(attachment)), remove);
  }
}
