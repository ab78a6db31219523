import type { ViewLink } from "./protocol";
import type { Shell } from "./shell";

/** Texts are collected for so long before they are asked for, ms. */
const collectMs = 200;
/** As the contract has it. */
const mostTexts = 200;
/** What was found stays true for about so long: files come and go. In ms. */
const freshMs = 30_000;

/** Asks the shell what texts of an answer stand for: many at once, and none twice in a while. */
export class LinkResolver {
  readonly #known = new Map<string, { readonly link: ViewLink | null; readonly at: number }>();
  readonly #waiting = new Map<string, ((link: ViewLink | null) => void)[]>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly shell: Pick<Shell, "request">) {}

  /** Resolves to null for what is not known, and where the shell could not say. */
  resolve(text: string): Promise<ViewLink | null> {
    const known = this.#known.get(text);
    if (known && performance.now() - known.at < freshMs) return Promise.resolve(known.link);
    return new Promise((resolve) => {
      this.#waiting.set(text, [...(this.#waiting.get(text) ?? []), resolve]);
      this.#timer ??= setTimeout(() => void this.#ask(), collectMs);
    });
  }

  async #ask(): Promise<void> {
    this.#timer = undefined;
    const texts = [...this.#waiting.keys()].slice(0, mostTexts);
    const waiting = texts.map((text) => this.#waiting.get(text) ?? []);
    for (const text of texts) this.#waiting.delete(text);
    if (this.#waiting.size > 0) this.#timer = setTimeout(() => void this.#ask(), collectMs);
    const links = await this.shell.request("resolveLinks", { texts });
    texts.forEach((text, i) => {
      const link = links?.[i] ?? null;
      if (links) this.#known.set(text, { link, at: performance.now() });
      for (const resolve of waiting[i] ?? []) resolve(link);
    });
  }
}
