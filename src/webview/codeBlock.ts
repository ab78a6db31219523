import { t } from "../common/l10n";
import { codeBar, type CodeBar } from "./codeBar";
import { type FenceInfo, pathInComment } from "./codePath";
import { CodeText } from "./codeText";
import { h } from "./dom";
import type { ViewCode } from "./protocol";

/** Code of a block, without the turn that it stands in. */
export type BlockCode = Omit<ViewCode, "turn">;

/** What every view can do with code. */
export interface CodeActions {
  copy(text: string): Promise<void>;
  insert(text: string): void;
}

/** What can be done with a code block of an answer. */
export interface BlockActions extends CodeActions {
  apply(code: BlockCode): void;
  newFile(code: BlockCode): void;
  runInTerminal(code: BlockCode): void;
}

/** Lines that are drawn at once of a block that comes whole; the others follow frame by frame. */
const linesAtOnce = 200;

/** A code block with its bar. It grows line by line. */
export class CodeBlock {
  readonly #code: HTMLElement;
  readonly #text: CodeText;
  readonly #bar: CodeBar;
  readonly #waiting: string[] = [];
  readonly element: HTMLElement;
  #info: FenceInfo;
  #whole = "";
  #partial = "";

  /** @param path what stands before the block says where it belongs */
  constructor(info: FenceInfo, path: string | undefined, actions: BlockActions) {
    this.#info = path === undefined || info.path !== undefined ? info : { ...info, path };
    this.#code = h("code", info.language === "" ? {} : { class: `language-${info.language}` });
    this.#text = new CodeText(this.#code, info.language);
    const pre = h("pre", { tabindex: "0", role: "group", "aria-label": label(this.#info) }, this.#code);
    this.#bar = codeBar(pre, () => this.code, actions);
    this.element = h("div", { class: "code-block" }, this.#bar.element, pre);
    this.#bar.show(this.#info);
  }

  get code(): BlockCode {
    return { ...this.#info, text: (this.#whole + this.#partial).replace(/\n$/, "") };
  }

  /** Takes complete lines, each with its line break; a piece of a very long one may come without. */
  push(lines: readonly string[]): void {
    const [first] = lines;
    if (this.#whole === "" && first !== undefined) this.#readFirst(first);
    this.#whole += lines.join("");
    this.#text.push(lines);
    this.#bar.count(lines.length);
  }

  /** Shows the line that is being written, which may change. */
  showPartial(text: string): void {
    this.#partial = text;
    this.#text.showRest(text);
  }

  /** Takes all of the code, and shows as much of it at once as a frame has time for. */
  setText(text: string): void {
    const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
    const [first] = lines;
    if (first !== undefined) this.#readFirst(first);
    this.#waiting.push(...lines);
    this.#whole = text;
    this.#bar.count(lines.length);
    this.#showWaiting();
  }

  #showWaiting(): void {
    this.#text.push(this.#waiting.splice(0, linesAtOnce).map((line) => (line.endsWith("\n") ? line : `${line}\n`)));
    this.#text.showRest("");
    if (this.#waiting.length > 0) requestAnimationFrame(() => this.#showWaiting());
  }

  #readFirst(line: string): void {
    if (this.#info.path !== undefined) return;
    const path = pathInComment(line, this.#info.language);
    if (path === undefined) return;
    this.#info = { ...this.#info, path };
    this.#bar.show(this.#info);
  }
}

function label({ language, path }: FenceInfo): string {
  if (path !== undefined) return t("Code of {0}", path);
  return language === "" ? t("Code") : t("Code in {0}", language);
}
