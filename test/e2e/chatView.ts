import type { Frame, Locator } from "playwright-core";
import { eventually } from "./eventually";

/** What the line under an answer tells. */
export interface ShownStats {
  readonly reused: number;
  readonly read: number;
  readonly generated: number;
}

const answerLimit = { timeout: 90_000 };

/** Runs in the page. */
const recordLengths = `
  globalThis.shownLengths = [];
  new MutationObserver(() => {
    const length = [...document.querySelectorAll("article.turn .answer .markdown")].at(-1)?.textContent.length ?? 0;
    if (length !== shownLengths.at(-1)) shownLengths.push(length);
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
`;

/** A chat as a person sees it: reads and presses what is on screen. */
export class ChatView {
  constructor(readonly frame: Frame) {}

  get input(): Locator {
    return this.frame.getByRole("textbox", { name: "Question", exact: true });
  }

  get turns(): Locator {
    return this.frame.locator("article.turn");
  }

  get lastTurn(): Locator {
    return this.turns.last();
  }

  get lastAnswer(): Locator {
    return this.lastTurn.getByRole("group", { name: "Answer", exact: true });
  }

  get answerText(): Locator {
    return this.lastAnswer.locator(".markdown");
  }

  get stopButton(): Locator {
    return this.frame.getByRole("button", { name: "Stop", exact: true });
  }

  get modelName(): Locator {
    return this.frame.locator(".model-name");
  }

  get citations(): Locator {
    return this.lastTurn.locator(".citation");
  }

  /** The question of a turn, by its text. */
  question(text: string): Locator {
    return this.frame.locator(".question-text").getByText(text, { exact: true });
  }

  /** A button of a turn. */
  button(turn: Locator, name: string): Locator {
    return turn.getByRole("button", { name, exact: true });
  }

  /** Puts a question and resolves when its turn is on screen. */
  async ask(question: string): Promise<void> {
    const before = await this.turns.count();
    await this.input.fill(question);
    await this.input.press("Enter");
    await this.turns.nth(before).waitFor();
  }

  /** Waits until the last answer has ended. */
  async waitForAnswer(): Promise<void> {
    await this.frame.locator('article.turn[aria-busy="false"]').last().waitFor(answerLimit);
    await this.frame.locator('article.turn[aria-busy="true"]').waitFor({ ...answerLimit, state: "detached" });
  }

  /** Asks and waits for the end of the answer. */
  async askAndWait(question: string): Promise<ShownStats> {
    await this.ask(question);
    await this.waitForAnswer();
    return this.stats();
  }

  async stop(): Promise<void> {
    await this.stopButton.click();
  }

  /** The token counts under the last answer. */
  async stats(): Promise<ShownStats> {
    const line = await this.lastTurn.locator(".stats summary").innerText();
    const figure = (name: string) => {
      const [, digits] = new RegExp(`([\\d,]+) ${name}`).exec(line) ?? [];
      if (digits === undefined) throw new Error(`No figure for "${name}" in: ${line}`);
      return Number(digits.replaceAll(",", ""));
    };
    return { reused: figure("reused"), read: figure("read"), generated: figure("generated") };
  }

  /** Waits until the header says that the index is ready. */
  async indexReady(): Promise<void> {
    await this.frame.locator('.index-state[data-kind="ready"]').waitFor(answerLimit);
  }

  /** Notes from now on each length that the last answer's text has on screen. Resolves with a function that gives them. */
  async recordGrowth(): Promise<() => Promise<number[]>> {
    await this.frame.evaluate(recordLengths);
    return () => this.frame.evaluate<number[]>("globalThis.shownLengths");
  }

  /** Waits for a text anywhere in the chat. */
  async shows(text: string | RegExp): Promise<void> {
    await eventually(`"${String(text)}" in the chat`, async () => ((await this.frame.getByText(text).count()) > 0 ? true : undefined));
  }
}
