import { fill, h } from "../dom";
import { viewMentionKinds } from "../protocol";

/** Draws a chip behind `@symbol:` and behind the name of a command, as a text field cannot do by itself. */
export class InputMarks {
  readonly #copy = h("div", { class: "input-copy input-marks" });
  readonly element = h("div", { class: "input-clip", "aria-hidden": "true" }, this.#copy);
  #commands: ReadonlySet<string> = new Set();

  constructor(readonly field: HTMLTextAreaElement) {
    field.addEventListener("scroll", () => this.#scroll());
  }

  /** @param names without the slash; only these are marked */
  setCommands(names: readonly string[]): void {
    this.#commands = new Set(names);
    this.update();
  }

  /** To be called after the text has changed. */
  update(): void {
    const { value, clientWidth } = this.field;
    const words = markedWords(value, this.#commands);
    this.element.hidden = words.length === 0;
    if (words.length === 0) return;
    this.#copy.style.width = `${clientWidth}px`;
    fill(this.#copy, ...words.flatMap(({ start, end }, index) => [value.slice(words[index - 1]?.end ?? 0, start), h("mark", {}, value.slice(start, end))]));
    this.#scroll();
  }

  #scroll(): void {
    this.#copy.style.transform = `translateY(${-this.field.scrollTop}px)`;
  }
}

interface Word {
  readonly start: number;
  readonly end: number;
}

const kind = new RegExp(`(?<=^|[\\s([{"'])[@#](?:${viewMentionKinds.join("|")}):`, "g");

/** Places of a text that stand for something, in their order. */
export function markedWords(text: string, commands: ReadonlySet<string>): readonly Word[] {
  const [, indent = "", slashed = ""] = /^(\s*)(\/[\w.:-]+)(?=\s|$)/.exec(text) ?? [];
  const command = commands.has(slashed.slice(1)) ? [{ start: indent.length, end: indent.length + slashed.length }] : [];
  return [...command, ...[...text.matchAll(kind)].map((found) => ({ start: found.index, end: found.index + found[0].length }))];
}
