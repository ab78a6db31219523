import type { KeyEvent } from "./keyboard";
import type { TextBuffer } from "./textBuffer";

type Key = Extract<KeyEvent, { kind: "key" }>;
type Edit = (buffer: TextBuffer) => void;

/** Keys that change the text or move in it, as in shells: "ctrl+a", "alt+b", "left". */
const edits: Readonly<Record<string, Edit>> = {
  left: (buffer) => buffer.left(),
  "ctrl+b": (buffer) => buffer.left(),
  right: (buffer) => buffer.right(),
  "ctrl+f": (buffer) => buffer.right(),
  "ctrl+left": (buffer) => buffer.wordLeft(),
  "alt+left": (buffer) => buffer.wordLeft(),
  "alt+b": (buffer) => buffer.wordLeft(),
  "ctrl+right": (buffer) => buffer.wordRight(),
  "alt+right": (buffer) => buffer.wordRight(),
  "alt+f": (buffer) => buffer.wordRight(),
  home: (buffer) => buffer.lineStart(),
  "ctrl+a": (buffer) => buffer.lineStart(),
  end: (buffer) => buffer.lineEnd(),
  "ctrl+e": (buffer) => buffer.lineEnd(),
  backspace: (buffer) => buffer.deleteLeft(),
  "ctrl+h": (buffer) => buffer.deleteLeft(),
  delete: (buffer) => buffer.deleteRight(),
  "ctrl+d": (buffer) => buffer.deleteRight(),
  "ctrl+w": (buffer) => buffer.cutWordLeft(),
  "alt+backspace": (buffer) => buffer.cutWordLeft(),
  "ctrl+backspace": (buffer) => buffer.cutWordLeft(),
  "alt+d": (buffer) => buffer.cutWordRight(),
  "ctrl+delete": (buffer) => buffer.cutWordRight(),
  "ctrl+u": (buffer) => buffer.cutLineStart(),
  "ctrl+k": (buffer) => buffer.cutLineEnd(),
  "ctrl+y": (buffer) => buffer.paste(),
  // Ctrl+J, Alt+Enter and Shift+Enter begin a line; every terminal has the first one.
  enter: (buffer) => buffer.insert("\n"),
  "ctrl+j": (buffer) => buffer.insert("\n"),
  "alt+return": (buffer) => buffer.insert("\n"),
  "alt+enter": (buffer) => buffer.insert("\n"),
  "shift+return": (buffer) => buffer.insert("\n"),
};

/** "ctrl+alt+x"; Shift counts only for Enter, since letters have it in them. */
export function keyName({ name, ctrl, alt, shift }: Key): string {
  return `${ctrl ? "ctrl+" : ""}${alt ? "alt+" : ""}${shift && name === "return" ? "shift+" : ""}${name}`;
}

/** What a key does to the text; undefined: nothing. */
export function editOf(key: Key): Edit | undefined {
  return edits[keyName(key)] ?? (key.text === "" ? undefined : (buffer) => buffer.insert(key.text));
}
