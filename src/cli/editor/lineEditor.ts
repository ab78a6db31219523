import { LiveRegion, type Screen } from "../screen/liveRegion";
import { candidateRows, completedText, type Completer } from "./completion";
import { editOf, keyName } from "./editKeys";
import { aroundCursor, editorRows } from "./editorRows";
import type { InputHistory } from "./inputHistory";
import type { KeyEvent } from "./keyboard";
import { TextBuffer } from "./textBuffer";

type Key = Extract<KeyEvent, { kind: "key" }>;

/** How an input ended. */
export type Entered =
  | { readonly kind: "text"; readonly text: string }
  /** Ctrl+C with nothing written. */
  | { readonly kind: "interrupt" }
  /** Ctrl+D with nothing written, or the end of the input. */
  | { readonly kind: "end" };

export interface LineEditorParts {
  readonly screen: Screen;
  readonly prompt: string;
  readonly history: InputHistory;
  readonly complete: Completer;
  /** Styles what is listed below the text. */
  readonly dim: (text: string) => string;
  /** Called when a completion has been looked for: the next key can be taken. */
  readonly onCompleted: () => void;
}

/** Somebody looks for an earlier input that holds `part`. */
interface Search {
  readonly part: string;
  readonly skipped: number;
}

/** One input of one or more lines, edited at the end of the screen. */
export class LineEditor {
  readonly #parts: LineEditorParts;
  readonly #region: LiveRegion;
  readonly #buffer = new TextBuffer();
  readonly #keys: Readonly<Record<string, () => Entered | undefined>>;
  #below: readonly string[] = [];
  #search: Search | undefined;
  #isActive = false;
  #isCompleting = false;
  #isDrawn = true;

  constructor(parts: LineEditorParts) {
    this.#parts = parts;
    this.#region = new LiveRegion(parts.screen);
    this.#keys = {
      return: () => this.#enter(),
      "ctrl+c": () => this.#interrupt(),
      "ctrl+d": () => this.#endOrDelete(),
      "ctrl+l": () => this.#wipe(),
      "ctrl+r": () => this.#find(),
      tab: () => void this.#complete(),
      up: () => this.#vertical(-1),
      down: () => this.#vertical(1),
      "ctrl+p": () => this.#recall(-1),
      "ctrl+n": () => this.#recall(1),
      escape: () => undefined,
    };
  }

  get isActive(): boolean {
    return this.#isActive;
  }

  /** Whether a completion is being looked for: what is typed meanwhile belongs behind it. */
  get isCompleting(): boolean {
    return this.#isCompleting;
  }

  /** Begins an empty input. */
  open(): void {
    this.#buffer.set("");
    this.#below = [];
    this.#isActive = true;
    this.#draw();
  }

  /** Takes what is pressed; how the input ended, when it did with that. */
  take(event: KeyEvent): Entered | undefined {
    this.#below = [];
    const entered = this.#act(event);
    if (!entered) this.#drawSoon();
    return entered;
  }

  /** Writes something above the input. */
  above(write: () => void): void {
    this.#region.clear();
    write();
    if (this.#isActive) this.#draw();
  }

  /** Draws the input anew, when the size of the terminal has changed. */
  redraw(): void {
    if (this.#isActive) this.#draw();
  }

  /** Leaves the input as it stands. */
  close(): void {
    if (this.#isActive) this.#end({ kind: "end" });
  }

  #act(event: KeyEvent): Entered | undefined {
    if (event.kind === "end") return this.#end({ kind: "end" });
    if (event.kind === "paste") return this.#insert(event.text);
    if (this.#search && this.#searchKey(event)) return undefined;
    this.#search = undefined;
    const own = this.#keys[keyName(event)];
    if (own) return own();
    editOf(event)?.(this.#buffer);
    return undefined;
  }

  /** A line that ends with a backslash goes on. */
  #enter(): Entered | undefined {
    const { text, before, after } = this.#buffer;
    if (before.endsWith("\\") && !before.endsWith("\\\\") && after === "") {
      this.#buffer.replace(before.length - 1, "\n");
      return undefined;
    }
    this.#parts.history.add(text);
    return this.#end({ kind: "text", text });
  }

  #interrupt(): Entered | undefined {
    if (this.#buffer.text === "") return this.#end({ kind: "interrupt" });
    this.#leave();
    this.open();
    return undefined;
  }

  #endOrDelete(): Entered | undefined {
    if (this.#buffer.text === "") return this.#end({ kind: "end" });
    this.#buffer.deleteRight();
    return undefined;
  }

  /** Begins at the top of an empty screen. */
  #wipe(): undefined {
    this.#region.clear();
    this.#parts.screen.write("\u001b[2J\u001b[H");
  }

  #insert(text: string): undefined {
    this.#search = undefined;
    this.#buffer.insert(text);
  }

  #end(entered: Entered): Entered {
    this.#leave();
    return entered;
  }

  #leave(): void {
    this.#search = undefined;
    this.#below = [];
    this.#buffer.set(this.#buffer.text);
    this.#draw();
    this.#region.leave();
    this.#isActive = false;
  }

  #vertical(direction: -1 | 1): undefined {
    if (!this.#buffer.vertical(direction)) this.#recall(direction);
  }

  #recall(direction: -1 | 1): undefined {
    const entry = this.#parts.history.move(direction, this.#buffer.text);
    if (entry !== undefined) this.#buffer.set(entry);
  }

  /** Ctrl+R: an earlier input that holds what is typed; again, the one before that. */
  #find(): undefined {
    this.#search = this.#search ? { ...this.#search, skipped: this.#search.skipped + 1 } : { part: "", skipped: 0 };
    this.#showFound();
  }

  #searchKey(key: Key): boolean {
    const { part } = this.#search ?? { part: "" };
    const shorter = keyName(key) === "backspace" ? part.slice(0, -1) : undefined;
    if (keyName(key) === "ctrl+r") {
      this.#find();
      return true;
    }
    if (shorter === undefined && key.text === "") return false;
    this.#search = { part: shorter ?? part + key.text, skipped: 0 };
    this.#showFound();
    return true;
  }

  #showFound(): void {
    if (!this.#search) return;
    const { part, skipped } = this.#search;
    const found = this.#parts.history.find(part, skipped);
    if (found !== undefined) this.#buffer.set(found);
    this.#below = [`search: ${part}${found === undefined && part !== "" ? " (nothing more)" : ""}`];
  }

  async #complete(): Promise<void> {
    const { before } = this.#buffer;
    this.#isCompleting = true;
    const { start, candidates } = await this.#parts.complete(before);
    this.#isCompleting = false;
    if (!this.#isActive) return;
    const text = completedText(candidates);
    if (text.length > before.length - start) this.#buffer.replace(start, text);
    if (candidates.length > 1) this.#below = candidateRows(candidates, this.#parts.screen.columns);
    this.#draw();
    this.#parts.onCompleted();
  }

  /** Once for all keys that come together. */
  #drawSoon(): void {
    if (!this.#isDrawn) return;
    this.#isDrawn = false;
    queueMicrotask(() => {
      if (!this.#isDrawn && this.#isActive) this.#draw();
      this.#isDrawn = true;
    });
  }

  #draw(): void {
    this.#isDrawn = true;
    const { screen, prompt, dim } = this.#parts;
    const { text, cursor } = this.#buffer;
    const all = editorRows({ text, cursor, prompt }, screen.columns);
    const { rows, cursor: place } = aroundCursor(all, this.#region.height);
    const below = this.#below.slice(0, Math.max(0, this.#region.height - rows.length)).map(dim);
    this.#region.update([], [...rows, ...below], place);
  }
}
