/** Files that were shown of late, the newest first. */
export class RecentFiles {
  readonly #limit: number;
  #paths: readonly string[] = [];

  /** @param limit most files that are kept */
  constructor(limit = 50) {
    this.#limit = limit;
  }

  get paths(): readonly string[] {
    return this.#paths;
  }

  /** Files that are on screen, the most important first. Returns whether the order is another one now. */
  show(paths: readonly string[]): boolean {
    const before = this.#paths;
    this.#paths = [...new Set([...paths, ...before])].slice(0, this.#limit);
    return this.#paths.length !== before.length || this.#paths.some((path, at) => path !== before[at]);
  }
}
