import { t } from "../common/l10n";
import { autoGrow } from "./composer/autoGrow";
import { h } from "./dom";

export interface EditorActions {
  /** Resolves to whether the question was taken. */
  send(text: string): Promise<boolean>;
  /** The person is done with it, one way or the other. */
  close(): void;
}

/** A question that is being changed in its place. Enter sends it, Escape leaves it as it was. */
export class QuestionEditor {
  readonly #input: HTMLTextAreaElement;
  readonly #send = h("button", { class: "button", type: "button" }, t("Send"));
  readonly #cancel = h("button", { class: "button secondary", type: "button" }, t("Cancel"));
  readonly element: HTMLElement;

  constructor(
    text: string,
    readonly actions: EditorActions,
  ) {
    this.#input = h("textarea", { class: "input", rows: "1", "aria-label": t("Edit the question") });
    this.#input.value = text;
    this.element = h("div", { class: "question-editor" }, this.#input, h("div", { class: "actions" }, this.#send, this.#cancel));
    this.#listen();
  }

  /** To be called once it is in the page. */
  open(): void {
    autoGrow(this.#input);
    this.#input.focus();
    this.#input.setSelectionRange(this.#input.value.length, this.#input.value.length);
  }

  #listen(): void {
    this.#input.addEventListener("input", () => {
      autoGrow(this.#input);
      this.#send.disabled = this.#text === "";
    });
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.#send.addEventListener("click", () => this.#submit());
    this.#cancel.addEventListener("click", () => this.actions.close());
  }

  get #text(): string {
    return this.#input.value.trim();
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      // Outside of here it stops an answer.
      event.stopPropagation();
      event.preventDefault();
      this.actions.close();
    } else if (event.key === "Enter" && !event.shiftKey && event.target === this.#input) {
      event.preventDefault();
      this.#submit();
    }
  }

  /** A question that was refused stays open: the reason is told below. */
  #submit(): void {
    if (this.#text === "" || this.#input.disabled) return;
    this.#freeze(true);
    void this.actions.send(this.#text).then((taken) => {
      this.#freeze(false);
      if (taken) this.actions.close();
      else this.#input.focus();
    });
  }

  #freeze(frozen: boolean): void {
    this.#input.disabled = frozen;
    this.#send.disabled = frozen;
  }
}
