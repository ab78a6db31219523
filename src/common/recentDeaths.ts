const windowMs = 60_000;

/** How often a process has ended by itself within the last minute; one that does so too often is not started again. */
export class RecentDeaths {
  #times: number[] = [];

  add(): void {
    this.#times.push(Date.now());
  }

  clear(): void {
    this.#times = [];
  }

  get count(): number {
    const from = Date.now() - windowMs;
    this.#times = this.#times.filter((time) => time > from);
    return this.#times.length;
  }
}
