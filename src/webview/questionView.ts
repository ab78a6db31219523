import { attachmentIcon, attachmentLabel, attachmentName, isCodeOfFile } from "./composer/attachmentLook";
import { t } from "../common/l10n";
import { fill, h } from "./dom";
import { rangeLabel } from "./format";
import { icon } from "./icons";
import type { ViewAttachment, ViewTurn } from "./protocol";
import { QuestionEditor } from "./questionEditor";
import type { Shell } from "./shell";

/** A question with what is attached to it; it can be changed in its place. */
export class QuestionView {
  readonly element = h("div", { class: "question", role: "group", "aria-label": t("Question") });

  /** @param onClose called when the editor has gone; `sent` says whether with a new question */
  constructor(
    readonly turn: ViewTurn,
    readonly shell: Pick<Shell, "openRange" | "edit">,
    readonly onClose: (sent: boolean) => void,
  ) {
    this.#show();
  }

  edit(): void {
    let sent = false;
    const editor = new QuestionEditor(this.turn.question, {
      send: async (text) => (sent = await this.shell.edit(this.turn.id, text)),
      close: () => {
        this.#show();
        this.onClose(sent);
      },
    });
    this.element.classList.add("editing");
    fill(this.element, editor.element, this.#chips());
    editor.open();
  }

  #show(): void {
    this.element.classList.remove("editing");
    fill(this.element, h("p", { class: "question-text" }, this.turn.question), this.#chips());
  }

  #chips(): HTMLElement | undefined {
    const { attachments } = this.turn;
    if (attachments.length === 0) return undefined;
    return h("div", { class: "chips" }, ...attachments.map((attachment) => attachmentChip(attachment, this.shell)));
  }
}

/** Code of a file opens where it stands; a terminal's text or a patch has no such place. */
function attachmentChip(attachment: ViewAttachment, shell: Pick<Shell, "openRange">): HTMLElement {
  const label = [icon(attachmentIcon(attachment)), h("span", {}, attachmentLabel(attachment))];
  if (!isCodeOfFile(attachment)) return h("span", { class: "chip", title: attachmentName(attachment) }, ...label);
  const title = `${rangeLabel(attachment)} (${attachment.language})`;
  return h("button", { class: "chip", type: "button", title, click: () => shell.openRange(attachment) }, ...label);
}
