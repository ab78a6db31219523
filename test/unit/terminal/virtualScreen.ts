import { displayWidth } from "../../../src/cli/screen/displayWidth";

/** A terminal as far as Hearth uses one: rows that break and scroll, the cursor, erasing. Styles are dropped. */
export class VirtualScreen {
  /** Rows that have scrolled away, then those of the screen. A wide letter is followed by an empty cell. */
  #lines: string[][] = [[]];
  #row = 0;
  #column = 0;
  /** Behind a full row the cursor waits on its last cell. */
  #waits = false;
  #top = 0;
  /** Every private mode that was set and not taken back. */
  readonly modes = new Set<string>();

  constructor(
    readonly columns: number,
    readonly rows: number,
  ) {}

  write(text: string): void {
    for (const [part] of text.matchAll(/\u001b\[[?\d;]*[A-Za-z]|\u001b[^[]|[^]/gu)) this.#take(part);
  }

  /** All that was ever shown, without the empty rows at the end. */
  get text(): string {
    return this.#textFrom(0);
  }

  /** What is on the screen. */
  get visible(): string {
    return this.#textFrom(this.#top);
  }

  get cursor(): { readonly row: number; readonly column: number } {
    return { row: this.#row - this.#top, column: this.#column };
  }

  #textFrom(row: number): string {
    return this.#lines.slice(row).map((line) => line.join("").trimEnd()).join("\n").trimEnd();
  }

  #take(part: string): void {
    const sequence = /^\u001b\[(\??)([\d;]*)([A-Za-z])$/.exec(part);
    if (sequence) return this.#control(sequence[3] ?? "", sequence[2] ?? "", sequence[1] === "?");
    if (part === "\r") return this.#to(this.#row, 0);
    if (part === "\n") return this.#lineFeed();
    if (part < " " || part.startsWith("\u001b")) return;
    this.#put(part);
  }

  #control(name: string, text: string, isPrivate: boolean): void {
    const count = Number(text.split(";")[0] || 1);
    if (isPrivate) return this.#setMode(text, name === "h");
    if (name === "A") return this.#to(Math.max(this.#top, this.#row - count), this.#column);
    if (name === "B") return this.#to(Math.min(this.#top + this.rows - 1, this.#row + count), this.#column);
    if (name === "G") return this.#to(this.#row, Math.min(this.columns, count) - 1);
    if (name === "H") return this.#to(this.#top, 0);
    if (name === "K") this.#line().length = Math.min(this.#line().length, this.#column);
    if (name === "J") this.#erase(text);
  }

  #setMode(mode: string, isSet: boolean): void {
    if (isSet) this.modes.add(mode);
    else this.modes.delete(mode);
  }

  #erase(text: string): void {
    if (text === "2") {
      for (let row = this.#top; row < this.#lines.length; row++) this.#lines[row] = [];
      return;
    }
    this.#line().length = Math.min(this.#line().length, this.#column);
    this.#lines.length = this.#row + 1;
  }

  #put(letter: string): void {
    const width = displayWidth(letter);
    if (width === 0) return;
    if (this.#waits || this.#column + width > this.columns) {
      this.#column = 0;
      this.#lineFeed();
    }
    const line = this.#line();
    while (line.length < this.#column) line.push(" ");
    line[this.#column] = letter;
    if (width === 2) line[this.#column + 1] = "";
    this.#column += width;
    this.#waits = this.#column >= this.columns;
    if (this.#waits) this.#column = this.columns - 1;
  }

  #lineFeed(): void {
    this.#to(this.#row + 1, this.#column);
    while (this.#lines.length <= this.#row) this.#lines.push([]);
    this.#top = Math.max(this.#top, this.#row - this.rows + 1);
  }

  #to(row: number, column: number): void {
    this.#row = row;
    this.#column = column;
    this.#waits = false;
    while (this.#lines.length <= this.#row) this.#lines.push([]);
  }

  #line(): string[] {
    return (this.#lines[this.#row] ??= []);
  }
}
