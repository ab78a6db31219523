import { displayWidth } from "./displayWidth";

/** What a region draws on. */
export interface Screen {
  readonly write: (text: string) => void;
  /** Cells of a row, now. */
  readonly columns: number;
  /** Rows, now. */
  readonly rows: number;
}

/** A place among the rows of a region, from 0; columns in cells. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** A terminal that knows these draws what stands between them at once; the others take no notice. */
const beginUpdate = "\u001b[?2026h";
const endUpdate = "\u001b[?2026l";
const eraseBelow = "\u001b[J";

/**
 * The rows at the end of the screen that still change. What has not changed is not written again, so nothing flickers; what
 * is final is written once and left to the terminal. It never grows past the screen, since rows that have scrolled away
 * cannot be reached.
 */
export class LiveRegion {
  readonly #screen: Screen;
  #shown: readonly string[] = [];
  /** Where the terminal's cursor is. */
  #cursor: Place = { row: 0, column: 0 };
  #columns: number;
  /** The width has changed: what stands on the screen may look different from what was written. */
  #isStale = false;

  constructor(screen: Screen) {
    this.#screen = screen;
    this.#columns = screen.columns;
  }

  get isEmpty(): boolean {
    return this.#shown.length === 0;
  }

  /** Most rows that can stand here. */
  get height(): number {
    return Math.max(1, this.#screen.rows - 1);
  }

  /**
   * Puts `final` rows above the region for good, and shows `rows` in it: of more than fit the last ones.
   * @param cursor among `rows`, which all fit then; default: behind the last one
   */
  update(final: readonly string[], rows: readonly string[], cursor?: Place): void {
    const live = cursor ? rows : this.#fitting(rows);
    // The row after the final ones belongs to the region, even when there is nothing in it.
    const all = [...final, ...(live.length === 0 && final.length > 0 ? [""] : live)];
    const text = this.#changes(all);
    const place = cursor && { row: cursor.row + final.length, column: cursor.column };
    const moved = place ? this.#moveTo(place, all) : "";
    if (text !== "" || moved !== "") this.#screen.write(/\n|\u001b\[\d*A/.test(text) ? `${beginUpdate}${text}${moved}${endUpdate}` : text + moved);
    this.#shown = live;
    const skipped = this.#heightOf(final);
    this.#cursor = { row: this.#cursor.row - skipped, column: this.#cursor.column };
  }

  /** Takes the region off the screen; what is written next stands in its place. */
  clear(): void {
    if (this.isEmpty) return;
    this.#rewrapped();
    this.#screen.write(`${this.#up(this.#cursor.row)}\r${eraseBelow}`);
    this.#reset();
  }

  /** Leaves the region as it stands; what is written next begins on the row below. */
  leave(): void {
    if (this.isEmpty) return;
    this.#rewrapped();
    const down = this.#heightOf(this.#shown) - 1 - this.#cursor.row;
    this.#screen.write(`${down > 0 ? `\u001b[${down}B` : ""}\r\n`);
    this.#reset();
  }

  #reset(): void {
    this.#shown = [];
    this.#cursor = { row: 0, column: 0 };
    this.#isStale = false;
  }

  #fitting(rows: readonly string[]): readonly string[] {
    let height = 0;
    let from = rows.length;
    while (from > 0 && height + this.#heightOf(rows.slice(from - 1, from)) <= this.height) {
      from--;
      height += this.#heightOf(rows.slice(from, from + 1));
    }
    return rows.slice(from);
  }

  /** Writes the rows from the first one that is different. */
  #changes(rows: readonly string[]): string {
    this.#rewrapped();
    const before = this.#shown;
    const same = rows.findIndex((row, at) => row !== before[at]);
    const from = this.#isStale ? 0 : same < 0 ? rows.length : same;
    this.#isStale = false;
    if (from === rows.length && before.length === rows.length) return "";
    const start = this.#start(rows, from);
    const body = rows.slice(from).map((row) => this.#row(row)).join("\r\n");
    const end = this.#heightOf(rows) - 1;
    const rest = this.#heightOf(before) > this.#heightOf(rows) ? this.#eraseRest(rows) : "";
    this.#cursor = { row: Math.max(0, end), column: this.#lastColumn(rows) };
    return start + body + rest;
  }

  /** To the beginning of the row `from`, which may be the one after the last. */
  #start(rows: readonly string[], from: number): string {
    if (from === rows.length && from > 0) return this.#vertical(this.#heightOf(rows) - 1 - this.#cursor.row) + this.#horizontal(this.#lastColumn(rows));
    const isNew = from > 0 && from >= this.#shown.length;
    const target = this.#heightOf(rows.slice(0, from));
    if (isNew) return `${this.#vertical(target - 1 - this.#cursor.row)}\r\n`;
    return `${this.#vertical(target - this.#cursor.row)}\r`;
  }

  /** Erases what stands behind it. Behind a full row nothing does, and the cursor still waits on its last cell. */
  #row(row: string): string {
    const width = displayWidth(row);
    return width > 0 && width % this.#columns === 0 ? row : `${row}\u001b[K`;
  }

  #eraseRest(rows: readonly string[]): string {
    const width = displayWidth(rows.at(-1) ?? "");
    return width > 0 && width % this.#columns === 0 ? `\r\n${eraseBelow}\u001b[A` : eraseBelow;
  }

  #moveTo({ row, column }: Place, rows: readonly string[]): string {
    const target = this.#heightOf(rows.slice(0, row));
    if (this.#cursor.row === target && this.#cursor.column === column) return "";
    const text = this.#vertical(target - this.#cursor.row) + this.#horizontal(column);
    this.#cursor = { row: target, column };
    return text;
  }

  #lastColumn(rows: readonly string[]): number {
    const width = displayWidth(rows.at(-1) ?? "");
    return width === 0 ? 0 : ((width - 1) % this.#columns) + 1;
  }

  #heightOf(rows: readonly string[]): number {
    return rows.reduce((height, row) => height + Math.max(1, Math.ceil(displayWidth(row) / this.#columns)), 0);
  }

  /** A terminal whose width has changed has broken its rows anew. */
  #rewrapped(): void {
    if (this.#columns === this.#screen.columns) return;
    const before = this.#shown;
    const isAtEnd = this.#cursor.row >= this.#heightOf(before) - 1;
    this.#columns = this.#screen.columns;
    const height = this.#heightOf(before);
    this.#cursor = { row: isAtEnd ? Math.max(0, height - 1) : Math.min(this.#cursor.row, height - 1), column: 0 };
    this.#isStale = true;
  }

  #vertical(rows: number): string {
    if (rows === 0) return "";
    return rows < 0 ? this.#up(-rows) : `\u001b[${rows}B`;
  }

  #up(rows: number): string {
    return rows > 0 ? `\u001b[${rows}A` : "";
  }

  #horizontal(column: number): string {
    return column === 0 ? "\r" : `\u001b[${Math.min(column, this.#columns - 1) + 1}G`;
  }
}
