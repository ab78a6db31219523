import { LiveRegion, type Screen } from "../screen/liveRegion";
import { MarkdownStream } from "./markdownStream";
import { longestRow } from "./renderBlocks";
import type { TextStyles } from "./textStyles";

/** Between two drawings of a text that comes quickly. */
const drawEveryMs = 40;

/** Shows an answer on a terminal as it comes. What was drawn stays; the last block is drawn anew where it has changed. */
export class MarkdownWriter {
  readonly #screen: Screen;
  readonly #region: LiveRegion;
  readonly #stream: MarkdownStream;
  #drawnAt = -Infinity;
  #due: NodeJS.Timeout | undefined;

  constructor(screen: Screen, styles: TextStyles) {
    this.#screen = screen;
    this.#region = new LiveRegion(screen);
    this.#stream = new MarkdownStream(styles);
  }

  push(text: string): void {
    this.#stream.push(text);
    if (this.#due) return;
    const waitMs = this.#drawnAt + drawEveryMs - performance.now();
    if (waitMs <= 0) this.#draw();
    else this.#due = setTimeout(() => this.#draw(), waitMs);
  }

  /** Draws what is left. The cursor stands at the beginning of a row. */
  end(): void {
    clearTimeout(this.#due);
    this.#region.update(this.#stream.end(this.#width), []);
  }

  #draw(): void {
    this.#due = undefined;
    const { final, live } = this.#stream.take(this.#width);
    if (final.length > 0 || live.length > 0 || !this.#region.isEmpty) this.#region.update(final, live);
    this.#drawnAt = performance.now();
  }

  get #width(): number {
    return Math.min(this.#screen.columns, longestRow);
  }
}
