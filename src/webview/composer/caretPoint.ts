import { h } from "../dom";

/** Pixels from the left and the upper edge of the field. */
export interface CaretPoint {
  readonly left: number;
  /** The upper edge of the caret's line. */
  readonly top: number;
}

/** Where the character at `offset` stands: a text field does not tell, a copy of it with plain text does. */
export function caretPoint(field: HTMLTextAreaElement, offset: number): CaretPoint {
  const mark = h("span", {}, "\u200b");
  const copy = h("div", { class: "input-copy", "aria-hidden": "true" }, field.value.slice(0, offset), mark, field.value.slice(offset));
  copy.style.width = `${field.clientWidth}px`;
  field.after(copy);
  const point = { left: mark.offsetLeft, top: mark.offsetTop - field.scrollTop };
  copy.remove();
  return point;
}
