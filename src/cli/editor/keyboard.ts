import { emitKeypressEvents } from "node:readline";
import type { Readable } from "node:stream";

/** What somebody does at a keyboard. */
export type KeyEvent =
  /** Letters; `name` is that of the key. */
  | { readonly kind: "key"; readonly name: string; readonly text: string; readonly ctrl: boolean; readonly alt: boolean; readonly shift: boolean }
  /** A whole text, put in at once. */
  | { readonly kind: "paste"; readonly text: string }
  /** There is no keyboard any more. */
  | { readonly kind: "end" };

export interface Keyboard {
  close(): void;
}

/** A terminal's input: raw, where it can be. */
export type KeyInput = Readable & { readonly setRawMode?: (raw: boolean) => unknown };

interface PressedKey {
  readonly name?: string;
  readonly sequence?: string;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
  readonly shift?: boolean;
}

/** A terminal that is asked to brackets what is pasted, so that its line ends are told from the Enter key. */
const bracketPastes = "\u001b[?2004h";
const plainPastes = "\u001b[?2004l";

/** How Shift+Enter comes from terminals that tell it from Enter. */
const shiftEnter = new Set(["\u001b[13;2u", "\u001b[27;2;13~"]);

/** Listens to a terminal until it is closed; the terminal is as before then, however the program ends. */
export function openKeyboard(input: KeyInput, write: (text: string) => void, onEvent: (event: KeyEvent) => void): Keyboard {
  const pastes = new PasteCollector();
  const pressed = (text: string | undefined, key: PressedKey) => {
    const event = pastes.take(key) ?? (pastes.isOpen ? undefined : keyEvent(text, key));
    if (event?.kind === "key" && event.ctrl && event.name === "z") return suspend(enter, leave);
    if (event) onEvent(event);
  };
  const ended = () => onEvent({ kind: "end" });
  const enter = () => {
    input.setRawMode?.(true);
    write(bracketPastes);
  };
  const leave = () => {
    write(plainPastes);
    input.setRawMode?.(false);
  };
  emitKeypressEvents(input);
  input.on("keypress", pressed).on("end", ended);
  process.once("exit", leave);
  enter();
  input.resume();
  return {
    close() {
      input.off("keypress", pressed).off("end", ended);
      process.off("exit", leave);
      input.pause();
      leave();
    },
  };
}

/** Ctrl+Z: the shell's, as everywhere. Windows has no such thing. */
function suspend(enter: () => void, leave: () => void): void {
  if (process.platform === "win32") return;
  leave();
  process.once("SIGCONT", enter);
  process.kill(process.pid, "SIGTSTP");
}

function keyEvent(text: string | undefined, { name, sequence = "", ctrl = false, meta = false, shift = false }: PressedKey): KeyEvent {
  if (shiftEnter.has(sequence)) return { kind: "key", name: "return", text: "", ctrl: false, alt: false, shift: true };
  const isLetter = text !== undefined && !ctrl && !meta && /^[^\p{Cc}]+$/u.test(text);
  return { kind: "key", name: name ?? "", text: isLetter ? text : "", ctrl, alt: meta, shift };
}

/** Puts together what comes between the marks of a paste. */
class PasteCollector {
  #text: string | undefined;

  get isOpen(): boolean {
    return this.#text !== undefined;
  }

  take({ name, sequence = "" }: PressedKey): KeyEvent | undefined {
    if (name === "paste-start") this.#text = "";
    else if (name === "paste-end" && this.#text !== undefined) return this.#end(this.#text);
    else if (this.#text !== undefined) this.#text += sequence;
    return undefined;
  }

  #end(text: string): KeyEvent {
    this.#text = undefined;
    return { kind: "paste", text: text.replaceAll(/\r\n?/g, "\n").replaceAll(/(?![\n\t])\p{Cc}/gu, "") };
  }
}
