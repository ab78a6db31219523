const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** A text of several lines with a cursor in it, and what an editor does to them. */
export class TextBuffer {
  #text = "";
  #cursor = 0;
  /** What was cut last. */
  #cut = "";

  get text(): string {
    return this.#text;
  }

  /** Index in the text, between two graphemes. */
  get cursor(): number {
    return this.#cursor;
  }

  get before(): string {
    return this.#text.slice(0, this.#cursor);
  }

  get after(): string {
    return this.#text.slice(this.#cursor);
  }

  /** Takes another text, the cursor behind it. */
  set(text: string): void {
    this.#text = text;
    this.#cursor = text.length;
  }

  insert(text: string): void {
    this.replace(this.#cursor, text);
  }

  /** Puts a text in the place of what stands between `from` and the cursor. */
  replace(from: number, text: string): void {
    this.#text = this.#text.slice(0, from) + text + this.after;
    this.#cursor = from + text.length;
  }

  left(): void {
    this.#cursor = this.#leftOf(this.#cursor);
  }

  right(): void {
    this.#cursor = this.#rightOf(this.#cursor);
  }

  wordLeft(): void {
    this.#cursor = this.#wordStart();
  }

  wordRight(): void {
    this.#cursor = this.#wordEnd();
  }

  lineStart(): void {
    this.#cursor = this.#startOfLine();
  }

  lineEnd(): void {
    this.#cursor = this.#endOfLine();
  }

  /** To the line above or below, at the same letter. False when there is none. */
  vertical(direction: -1 | 1): boolean {
    const start = this.#startOfLine();
    const column = this.#cursor - start;
    const target = direction < 0 ? this.#startOfLine(start - 1) : this.#endOfLine() + 1;
    if (direction < 0 ? start === 0 : target > this.#text.length) return false;
    this.#cursor = Math.min(target + column, this.#endOfLine(target));
    return true;
  }

  deleteLeft(): void {
    this.replace(this.#leftOf(this.#cursor), "");
  }

  deleteRight(): void {
    const end = this.#rightOf(this.#cursor);
    this.#text = this.before + this.#text.slice(end);
  }

  cutWordLeft(): void {
    this.#cutFrom(this.#wordStart());
  }

  cutWordRight(): void {
    this.#cutTo(this.#wordEnd());
  }

  cutLineStart(): void {
    this.#cutFrom(this.#startOfLine());
  }

  /** The rest of the line; where nothing is left of it, the line's end. */
  cutLineEnd(): void {
    const end = this.#endOfLine();
    this.#cutTo(end === this.#cursor ? Math.min(end + 1, this.#text.length) : end);
  }

  paste(): void {
    this.insert(this.#cut);
  }

  #cutFrom(start: number): void {
    this.#cut = this.#text.slice(start, this.#cursor);
    this.replace(start, "");
  }

  #cutTo(end: number): void {
    this.#cut = this.#text.slice(this.#cursor, end);
    this.#text = this.before + this.#text.slice(end);
  }

  #leftOf(at: number): number {
    return [...graphemes.segment(this.#text.slice(0, at))].at(-1)?.index ?? 0;
  }

  #rightOf(at: number): number {
    for (const { segment } of graphemes.segment(this.#text.slice(at))) return at + segment.length;
    return at;
  }

  #wordStart(): number {
    return this.before.search(/[\p{L}\p{N}_]*[^\p{L}\p{N}_]*$/u);
  }

  #wordEnd(): number {
    return this.#cursor + (/^[^\p{L}\p{N}_]*[\p{L}\p{N}_]*/u.exec(this.after)?.[0].length ?? 0);
  }

  #startOfLine(at = this.#cursor): number {
    return at <= 0 ? 0 : this.#text.lastIndexOf("\n", at - 1) + 1;
  }

  #endOfLine(at = this.#cursor): number {
    const end = this.#text.indexOf("\n", at);
    return end < 0 ? this.#text.length : end;
  }
}
