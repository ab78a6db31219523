import { EventEmitter, once } from "node:events";
import { spawn, type IPty } from "@lydell/node-pty";
import type { BuiltProgram } from "../cli/builtProgram";
import { VirtualScreen } from "./virtualScreen";

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Nothing takes so long, however busy the machine is. */
export const limitMs = Number(process.env["HEARTH_TEST_LIMIT_MS"] ?? 120_000);

/** The built program at a pseudo-terminal, with somebody who types and looks. */
export class TestTerminal {
  readonly screen: VirtualScreen;
  readonly #process: IPty;
  readonly #changes = new EventEmitter();
  #raw = "";
  /** Length of what had been written when something was typed last. */
  #typedAt = 0;
  #exit: number | undefined;

  constructor(program: BuiltProgram, args: readonly string[], { columns, rows }: TerminalSize = { columns: 80, rows: 40 }, env: NodeJS.ProcessEnv = {}) {
    this.screen = new VirtualScreen(columns, rows);
    this.#process = spawn(process.execPath, [program.entry, ...args], {
      name: env["TERM"] ?? "xterm-256color",
      cols: columns,
      rows,
      cwd: program.workspace,
      env: { ...process.env, HEARTH_HOME: program.home, HEARTH_MODEL: "", NO_COLOR: "", ...env },
    });
    this.#process.onData((text) => {
      this.#raw += text;
      this.screen.write(text);
      this.#changes.emit("change");
    });
    this.#process.onExit(({ exitCode }) => {
      this.#exit = exitCode;
      this.#changes.emit("change");
    });
  }

  /** All that was ever written. */
  get raw(): string {
    return this.#raw;
  }

  get text(): string {
    return this.screen.text;
  }

  type(text: string): void {
    this.#typedAt = this.#raw.length;
    this.#process.write(text);
  }

  resize({ columns, rows }: TerminalSize): void {
    this.#process.resize(columns, rows);
  }

  /** Waits until the screen, or the scrolled rows above it, show a text. */
  async shows(wanted: RegExp | string): Promise<void> {
    await this.#until(() => (typeof wanted === "string" ? this.text.includes(wanted) : wanted.test(this.text)), `to show ${wanted}`);
  }

  /** Waits for an empty prompt at the end, after the input that was typed last. */
  async prompts(): Promise<void> {
    await this.#until(() => this.#raw.includes("\r\n", this.#typedAt) && /(?:^|\n)>$/.test(this.text), "to prompt");
  }

  /** Waits for the program's end. */
  async exits(): Promise<number> {
    await this.#until(() => this.#exit !== undefined, "to end");
    return this.#exit ?? -1;
  }

  /** Ends the program when a test has failed before it did. */
  kill(): void {
    if (this.#exit === undefined) this.#process.kill("SIGKILL");
  }

  async #until(isTrue: () => boolean, what: string): Promise<void> {
    const limit = AbortSignal.timeout(limitMs);
    while (!isTrue()) {
      const hasEnded = this.#exit !== undefined;
      if (hasEnded) throw new Error(`Waited for the program ${what}, and it has ended with ${this.#exit}:\n${this.text}`);
      await once(this.#changes, "change", { signal: limit }).catch((cause: unknown) => {
        throw new Error(`Waited in vain for the program ${what}:\n${this.text}`, { cause });
      });
    }
  }
}
