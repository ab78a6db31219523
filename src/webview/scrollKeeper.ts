/** Within so many pixels of the end the view counts as being at the end. */
const slack = 32;
/** Free space above what is brought to the top, in pixels: as much as above the first turn. */
const spaceAbove = 12;

/** Keeps the end in sight while the reader is there, and leaves the view alone where the reader has scrolled up. */
export class ScrollKeeper {
  #following = true;

  constructor(
    readonly element: HTMLElement,
    readonly onChange: (scroll: number | undefined) => void,
  ) {
    element.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    // A disclosure that opens, or a view that grows, changes where the end is; `toggle` does not bubble.
    element.addEventListener("toggle", () => this.contentChanged(), { capture: true });
    new ResizeObserver(() => this.contentChanged()).observe(element);
  }

  get following(): boolean {
    return this.#following;
  }

  /** To be called after the content has changed. */
  contentChanged(): void {
    if (this.#following) this.element.scrollTop = this.element.scrollHeight;
  }

  toEnd(): void {
    this.#following = true;
    this.contentChanged();
    this.onChange(undefined);
  }

  /** To be called after the content was replaced by other content that is read from the same place. */
  stay(): void {
    this.#scrolled();
  }

  /** Brings the beginning of an element to the top, or as near to it as the content allows. */
  to(element: HTMLElement): void {
    this.element.scrollTop = element.offsetTop - this.element.offsetTop - spaceAbove;
    this.#scrolled();
  }

  /** Goes back to a place from `onChange`. */
  restore(scroll: number | undefined): void {
    if (scroll === undefined) return this.toEnd();
    this.element.scrollTop = scroll;
    this.#scrolled();
  }

  #scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    this.#following = scrollHeight - scrollTop - clientHeight <= slack;
    this.onChange(this.#following ? undefined : scrollTop);
  }
}
