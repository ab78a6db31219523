import { replaceText } from "./textEdit";

/** Below this many characters a single line is a word or a name, not code worth a chip. */
const shortest = 40;

/** A paste that waits for its answer. */
interface Paste {
  readonly text: string;
  /** Where it belongs in the text as it is now. */
  at: number;
}

/**
 * Pasted text that may be code of the workspace: it becomes an attachment, or is written where it was pasted, in the
 * order of the pastes, whatever was typed meanwhile.
 */
export class PastedText {
  readonly #waiting: Paste[] = [];
  #before = "";
  #last: Promise<void> = Promise.resolve();

  /** @param attach whether the text became an attachment; must not reject */
  constructor(
    readonly field: HTMLTextAreaElement,
    readonly attach: (text: string) => Promise<boolean>,
  ) {
    field.addEventListener("paste", (event) => this.#paste(event));
    field.addEventListener("input", () => this.#edited());
  }

  /** Whether something is still to be written. */
  get pending(): boolean {
    return this.#waiting.length > 0;
  }

  /** Resolves when all that was pasted is in its place. */
  get settled(): Promise<void> {
    return this.#last;
  }

  #paste(event: ClipboardEvent): void {
    const text = (event.clipboardData?.getData("text/plain") ?? "").replaceAll(/\r\n?/g, "\n");
    if (!mayBeCode(text)) return;
    event.preventDefault();
    const { field } = this;
    replaceText(field, field.selectionStart, field.selectionEnd, "");
    this.#before = field.value;
    const paste = { text, at: field.selectionStart };
    this.#waiting.push(paste);
    this.#last = this.#last.then(() => this.#settle(paste));
  }

  async #settle(paste: Paste): Promise<void> {
    const attached = await this.attach(paste.text);
    this.#waiting.shift();
    if (!attached) this.#write(paste);
  }

  #write({ text, at }: Paste): void {
    const { field } = this;
    const behind = (place: number) => (place >= at ? place + text.length : place);
    const caret = behind(field.selectionEnd);
    // What was pasted after it follows it, also at the same place.
    const places = this.#waiting.map((later) => behind(later.at));
    replaceText(field, at, at, text);
    field.setSelectionRange(caret, caret);
    for (const [index, later] of this.#waiting.entries()) later.at = places[index] ?? caret;
  }

  #edited(): void {
    const { value } = this.field;
    for (const paste of this.#waiting) paste.at = movedOffset(this.#before, value, paste.at);
    this.#before = value;
  }
}

function mayBeCode(text: string): boolean {
  return text.includes("\n") || text.length >= shortest;
}

/** Where a place of `before` is in `after`, of which one part was changed. What is written at the place comes behind it. */
export function movedOffset(before: string, after: string, offset: number): number {
  const limit = Math.min(before.length, after.length);
  let start = 0;
  while (start < limit && before[start] === after[start]) start++;
  if (offset <= start) return offset;
  let end = 0;
  while (end < limit - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const changedTo = before.length - end;
  return offset >= changedTo ? offset + after.length - before.length : start;
}
