import { t } from "../../common/l10n";
import { h } from "../dom";
import { icon } from "../icons";
import type { ViewAttachment, ViewModelState, ViewState, ViewTurn } from "../protocol";
import type { Shell } from "../shell";
import { Announcer } from "./announcer";
import { attachmentChange } from "./attachmentChange";
import { AttachmentChips } from "./attachmentChips";
import { autoGrow } from "./autoGrow";
import { commandSuggestions } from "./commandSuggestions";
import { Completion } from "./completion";
import { DraftSizeLine } from "./draftSizeLine";
import { DropZone } from "./dropZone";
import { InputMarks } from "./inputMarks";
import { mentionSuggestions } from "./mentionSuggestions";
import { PastedText } from "./pastedText";
import { QuestionHistory } from "./questionHistory";
import { replaceText } from "./textEdit";
import type { Trigger } from "./trigger";

export type ComposerShell = Pick<Shell, "ask" | "stop" | "removeAttachment" | "setContext" | "request">;

/** Where the question is written: attachments above, the text, and a row of buttons below. Enter sends. */
export class Composer {
  readonly #input = h("textarea", { class: "input", rows: "1", placeholder: t("Ask about your code"), "aria-label": t("Question") });
  readonly #attach = iconButton("at", t("Attach files, symbols and more (@)"));
  readonly #context = h("button", { class: "toggle", type: "button" }, icon("code"), h("span", {}, t("Code context")));
  readonly #send = h("button", { class: "icon-button send", type: "button", title: t("Send (Enter)"), "aria-label": t("Send") }, icon("send"));
  readonly #stop = h("button", { class: "icon-button stop", type: "button", title: t("Stop (Escape)"), "aria-label": t("Stop") }, icon("stop"));
  readonly #problem = h("p", { class: "composer-problem", role: "alert" });
  readonly #reply = h("p", { class: "composer-reply", role: "status" });
  readonly #announcer = new Announcer();
  readonly #marks = new InputMarks(this.#input);
  readonly #history = new QuestionHistory();
  readonly #chips: AttachmentChips;
  readonly #size: DraftSizeLine;
  readonly #completion: Completion;
  readonly #pasted: PastedText;
  readonly element: HTMLElement;
  #running = false;

  constructor(
    readonly shell: ComposerShell,
    readonly onDraft: (draft: string) => void,
  ) {
    this.#chips = new AttachmentChips(shell, () => this.focus());
    this.#size = new DraftSizeLine(shell, () => this.#draft(), (text) => this.#announcer.say(text));
    this.#completion = new Completion(this.#input, {
      suggest: (trigger) => this.#suggest(trigger),
      submit: () => this.#submit(),
      announce: (count) => this.#announcer.say(count === 1 ? t("1 suggestion") : t("{0} suggestions", count)),
    });
    this.#pasted = new PastedText(this.#input, async (text) => (await shell.request("pasteCode", { text })) ?? false);
    const drop = new DropZone(document, {
      drop: (uris) => void shell.request("dropFiles", { uris }),
      refuse: (message) => this.showProblem(message),
    });
    const row = h("div", { class: "composer-row" }, this.#attach, this.#context, this.#size.element, this.#send, this.#stop);
    const box = h("div", { class: "composer-box" }, this.#chips.element, h("div", { class: "input-box" }, this.#marks.element, this.#input, this.#completion.element), row, drop.element);
    this.element = h("footer", { class: "composer" }, this.#problem, this.#reply, box, this.#announcer.element);
    this.#listen();
    this.#send.disabled = true;
    this.setRunning(false);
  }

  focus(): void {
    this.#input.focus();
  }

  /** Another conversation, or all of this one anew; what is attached is not announced. */
  show({ pending, useContext, model, turns }: ViewState): void {
    this.#chips.show(pending);
    this.setContext(useContext);
    this.#history.set(turns);
    this.setModel(model);
    this.#size.refresh();
  }

  setDraft(text: string): void {
    this.#completion.close();
    this.#input.value = text;
    this.#changed();
  }

  /** A turn that begins, or one that has changed: Up brings its question back. */
  setTurn(turn: ViewTurn): void {
    this.#history.add(turn);
  }

  setModel({ kind }: ViewModelState): void {
    this.#size.setReady(kind === "ready");
  }

  setRunning(running: boolean): void {
    // What an answer has added counts from its end on.
    if (this.#running && !running) this.#size.refresh();
    this.#running = running;
    this.#stop.hidden = !running;
    this.#send.hidden = running;
  }

  setContext(enabled: boolean): void {
    this.#context.setAttribute("aria-pressed", String(enabled));
    this.#context.title = enabled ? t("Code that fits the question is added to it") : t("No code is added to the question");
  }

  setAttachments(attachments: readonly ViewAttachment[]): void {
    const change = attachmentChange(this.#chips.attachments, attachments);
    this.#chips.show(attachments);
    this.#size.refresh();
    if (change !== "") this.#announcer.say(change);
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
    this.#input.addEventListener("input", () => {
      this.#changed();
      this.#completion.typed();
    });
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#send.addEventListener("click", () => this.#submit());
    this.#stop.addEventListener("click", () => this.shell.stop());
    this.#attach.addEventListener("click", () => this.#openPicker());
    this.#context.addEventListener("click", () => this.shell.setContext(this.#context.getAttribute("aria-pressed") !== "true"));
  }

  #draft(): { text: string; isEmpty: boolean } {
    const { value } = this.#input;
    return { text: value, isEmpty: value.trim() === "" && this.#chips.attachments.length === 0 };
  }

  #suggest(trigger: Trigger) {
    if (trigger.kind === "mention") return mentionSuggestions(this.shell, this.#input, trigger);
    return commandSuggestions(this.shell, this.#input, trigger, (names) => this.#marks.setCommands(names));
  }

  /** As if `@` were typed at the caret. */
  #openPicker(): void {
    const { selectionStart, selectionEnd, value } = this.#input;
    const space = selectionStart === 0 || /\s/.test(value.charAt(selectionStart - 1)) ? "" : " ";
    replaceText(this.#input, selectionStart, selectionEnd, `${space}@`);
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing || this.#completion.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Backspace" && this.#input.value === "" && !event.repeat) this.#chips.removeLast();
    else if (!event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey) this.#recall(event);
  }

  /** Up and Down at the end of the text, so that they still move in a recalled one of many lines. */
  #recall(event: KeyboardEvent): void {
    const { value, selectionStart } = this.#input;
    if (selectionStart !== value.length) return;
    const text = event.key === "ArrowUp" ? this.#history.older(value) : event.key === "ArrowDown" ? this.#history.newer(value) : undefined;
    if (text === undefined) return;
    event.preventDefault();
    this.setDraft(text);
    this.#input.setSelectionRange(text.length, text.length);
  }

  #submit(): void {
    if (this.#pasted.pending) return void this.#pasted.settled.then(() => this.#submit());
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
    this.#marks.update();
    this.#send.disabled = this.#input.value.trim() === "";
    this.onDraft(this.#input.value);
    this.#size.refresh();
  }
}

function iconButton(name: "at", label: string): HTMLButtonElement {
  return h("button", { class: "icon-button", type: "button", title: label, "aria-label": label }, icon(name));
}
