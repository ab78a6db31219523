import type { ViewTurn } from "../protocol";

type AskedTurn = Pick<ViewTurn, "id" | "question">;

/** The earlier questions of a conversation, as Up and Down bring them back. */
export class QuestionHistory {
  #turns: ReadonlyMap<string, string> = new Map();
  #recalled: { readonly index: number; readonly text: string } | undefined;

  /** @param turns oldest first */
  set(turns: readonly AskedTurn[]): void {
    this.#turns = new Map(turns.map(({ id, question }) => [id, question]));
    this.#recalled = undefined;
  }

  /** A turn that begins, or one that has changed. */
  add({ id, question }: AskedTurn): void {
    this.#turns = new Map([...this.#turns, [id, question]]);
  }

  /** The question before the one that is shown; undefined where there is none, and for a text that is the person's own. */
  older(shown: string): string | undefined {
    if (shown !== "" && !this.#isRecalled(shown)) return undefined;
    const from = shown === "" ? this.#questions.length : (this.#recalled?.index ?? 0);
    return this.#recall(from - 1);
  }

  /** The question after it; after the newest one an empty text. */
  newer(shown: string): string | undefined {
    if (!this.#recalled || !this.#isRecalled(shown)) return undefined;
    return this.#recall(this.#recalled.index + 1) ?? "";
  }

  /** Oldest first; one that was asked again at once counts once. */
  get #questions(): readonly string[] {
    return [...this.#turns.values()].filter((question, index, all) => question !== all[index - 1]);
  }

  #isRecalled(shown: string): boolean {
    return this.#recalled?.text === shown;
  }

  #recall(index: number): string | undefined {
    const text = this.#questions[index];
    if (text !== undefined) this.#recalled = { index, text };
    return text;
  }
}
