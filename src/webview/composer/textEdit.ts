/** The page's old editing commands: they alone keep what a script writes in the field's undo list. */
interface EditingCommands {
  execCommand?(command: string, showUi: boolean, value?: string): boolean;
}

/** Replaces a part of the text as typing would: it can be undone, fires `input`, and the caret ends up after it. */
export function replaceText(field: HTMLTextAreaElement, start: number, end: number, text: string): void {
  if (start === end && text === "") return;
  field.focus();
  field.setSelectionRange(start, end);
  const page: EditingCommands = document;
  const written = text === "" ? page.execCommand?.("delete", false) : page.execCommand?.("insertText", false, text);
  if (written === true) return;
  field.setRangeText(text, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Takes out a word that was typed, with the space that would stand there twice. */
export function removeWord(field: HTMLTextAreaElement, start: number, end: number): void {
  const { value } = field;
  const opensLine = start === 0 || /\s/.test(value.charAt(start - 1));
  replaceText(field, start, opensLine && value.charAt(end) === " " ? end + 1 : end, "");
}
