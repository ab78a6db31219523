/** Within so many pixels of the end the view counts as being at the end. */
const slack = 32;
/** Free space above what is brought to the top, in pixels: as much as above the first turn. */
const spaceAbove = 12;

/**
 * Keeps the end in sight while the reader is there. Where the reader has scrolled up, what is read stays in its place
 * whatever grows above or below it; the browser's own anchoring sees to that.
 */
export class ScrollKeeper {
  #following = true;
  #top = 0;
  readonly #sizes = new ResizeObserver(() => this.contentChanged());
  /** Gives the place to go back to, as long as what stands around it has not got its height. */
  #wanted: (() => number) | undefined;

  constructor(
    readonly element: HTMLElement,
    readonly onChange: (scroll: number | undefined) => void,
  ) {
    element.addEventListener("scroll", () => this.#onScroll(), { passive: true });
    for (const name of ["wheel", "pointerdown", "touchstart", "keydown"]) element.addEventListener(name, () => this.arrived(), { passive: true });
    // A disclosure that opens, or a view that grows, changes where the end is; `toggle` does not bubble.
    element.addEventListener("toggle", () => this.contentChanged(), { capture: true });
    this.#sizes.observe(element);
  }

  get following(): boolean {
    return this.#following;
  }

  /** Watches the size of a part of the content. */
  observe(part: HTMLElement): void {
    this.#sizes.observe(part);
  }

  /** The middle of what the reader sees, in pixels from the top of the content. */
  get middle(): number {
    return this.element.scrollTop + this.element.clientHeight / 2;
  }

  /** To be called after the content has changed. */
  contentChanged(): void {
    if (this.#wanted) this.element.scrollTop = this.#wanted();
    else if (this.#following) this.element.scrollTop = this.element.scrollHeight;
    this.#top = this.element.scrollTop;
  }

  toEnd(): void {
    this.#wanted = undefined;
    this.#follow(true);
    this.contentChanged();
    this.onChange(undefined);
  }

  /** To be called after the content was replaced by other content that is read from the same place. */
  stay(): void {
    this.#scrolled();
  }

  /** Brings the beginning of an element to the top, or as near to it as the content allows. */
  to(element: HTMLElement): void {
    this.element.scrollTop = this.#topOf(element) - spaceAbove;
    this.#scrolled();
  }

  /**
   * Goes back to a place, again with each change until `arrived` is called or the reader scrolls.
   * @param scroll undefined: the end
   * @param from where `scroll` counts from, if not from the top
   */
  restore(scroll: number | undefined, from?: HTMLElement): void {
    if (scroll === undefined) return this.toEnd();
    this.#wanted = () => scroll + (from ? this.#topOf(from) : 0);
    this.#follow(false);
    this.contentChanged();
  }

  /** All that stands above the place that was gone back to has its height. */
  arrived(): void {
    if (!this.#wanted) return;
    this.contentChanged();
    this.#wanted = undefined;
    this.#scrolled();
  }

  /** What comes into sight may turn out higher than it was taken to be; that alone must not end the following. */
  #onScroll(): void {
    const { scrollTop } = this.element;
    if (this.#following && scrollTop >= this.#top) {
      this.#top = scrollTop;
      return this.contentChanged();
    }
    // Whoever scrolls up is let go at once; the first steps of a wheel are small.
    this.#scrolled(scrollTop < this.#top ? 1 : slack);
  }

  #scrolled(near = slack): void {
    if (this.#wanted) return;
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    this.#top = scrollTop;
    this.#follow(scrollHeight - scrollTop - clientHeight <= near);
    this.onChange(this.#following ? undefined : scrollTop);
  }

  #topOf(element: HTMLElement): number {
    return element.offsetTop - this.element.offsetTop;
  }

  #follow(following: boolean): void {
    this.#following = following;
    this.element.classList.toggle("following", following);
  }
}
