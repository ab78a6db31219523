/** Makes a text field as high as what it holds; the style sheet bounds it. */
export function autoGrow(field: HTMLTextAreaElement): void {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}
