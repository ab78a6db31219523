/** Makes a toolbar one stop of the Tab key; the arrow keys, Home and End move inside it. */
export class RovingFocus {
  constructor(readonly toolbar: HTMLElement) {
    toolbar.addEventListener("keydown", (event) => this.#key(event));
    toolbar.addEventListener("focusin", () => this.update());
  }

  /** To be called after buttons were enabled, disabled, shown or hidden. */
  update(): void {
    const usable = this.#usable();
    const stop = usable.find((button) => button === document.activeElement) ?? usable[0];
    for (const button of this.toolbar.querySelectorAll("button")) button.tabIndex = button === stop ? 0 : -1;
  }

  to(button: HTMLButtonElement | undefined): void {
    button?.focus();
    this.update();
  }

  #usable(): HTMLButtonElement[] {
    return [...this.toolbar.querySelectorAll("button")].filter((button) => !button.disabled && button.closest("[hidden]") === null);
  }

  #key(event: KeyboardEvent): void {
    const usable = this.#usable();
    const at = usable.findIndex((button) => button === document.activeElement);
    const target = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: usable.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.to(usable.at(target % usable.length));
  }
}
