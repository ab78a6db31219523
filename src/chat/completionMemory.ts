import { createHash } from "node:crypto";
import type { PromptTurn } from "../engine/ports";
import type { MessageHistory } from "./messageTurns";

interface GeneratedAnswer {
  readonly text: string;
  readonly tokens: readonly number[];
  readonly modelHash: string;
}

interface Slot {
  readonly conversation: string;
  turns: readonly string[];
  /** The text that is gone on with; undefined for a history. */
  text?: string;
  busy: boolean;
}

export interface Lease {
  readonly conversation: string;
  /** Records what was generated, so that the client's next request finds it in the KV cache. */
  keep(answer: GeneratedAnswer): void;
  release(): void;
}

/**
 * Completion requests carry their whole history and no name. This finds the conversation that a request goes on with:
 * turns are named by a hash of all that stands before them, so a growing history names the same turns again, and an
 * answer that we generated is sent to the engine with its own tokens (to tokenise its text again may give others).
 */
export class CompletionMemory {
  readonly #forget: (conversation: string) => Promise<void>;
  readonly #maxSlots: number;
  readonly #maxAnswers: number;
  readonly #prefix: string;
  /** Least recently used first. */
  #slots: Slot[] = [];
  readonly #answers = new Map<string, GeneratedAnswer>();
  #count = 0;

  /**
   * @param forget must not reject
   * @param options prefix: begins the conversations' names; it is to be unique among all that use the same model
   */
  constructor(forget: (conversation: string) => Promise<void>, { maxSlots = 16, maxAnswers = 512, prefix = "completion" } = {}) {
    this.#forget = forget;
    this.#maxSlots = maxSlots;
    this.#maxAnswers = maxAnswers;
    this.#prefix = prefix;
  }

  /** The history as the engine takes it. */
  promptTurns({ system, turns }: MessageHistory): readonly PromptTurn[] {
    let before = digest(["system", system ?? ""]);
    return turns.map(({ user, answer }) => {
      const asked = digest([before, user]);
      if (answer === undefined) return { id: asked, user };
      before = digest([asked, answer]);
      const generated = this.#answers.get(asked);
      return generated?.text === answer ? { id: asked, user, answer: generated } : { id: before, user, answer: { text: answer } };
    });
  }

  /** Takes the free conversation whose turns these go on with, or a new one. Release it when the answer has ended. */
  lease(turns: readonly PromptTurn[]): Lease {
    const ids = turns.map((turn) => turn.id);
    const slot = this.#free((known) => known.text === undefined && known.turns.every((id, at) => id === ids[at]));
    slot.turns = ids;
    return this.#lend(slot, (answer) => this.#keep(ids.at(-1) ?? "", answer));
  }

  /** The same for a text that is gone on with: the free conversation whose text it begins with. */
  leaseText(text: string): Lease {
    const slot = this.#free((known) => known.text !== undefined && text.startsWith(known.text));
    slot.text = text;
    return this.#lend(slot, () => undefined);
  }

  /** Forgets every conversation: their names begin anew with the next service. */
  async close(): Promise<void> {
    const slots = this.#slots.splice(0);
    await Promise.all(slots.map(({ conversation }) => this.#forget(conversation)));
  }

  #free(fits: (slot: Slot) => boolean): Slot {
    return this.#slots.findLast((known) => !known.busy && fits(known)) ?? this.#newSlot();
  }

  #lend(slot: Slot, keep: Lease["keep"]): Lease {
    slot.busy = true;
    this.#slots = [...this.#slots.filter((known) => known !== slot), slot];
    this.#evict();
    const release = () => {
      slot.busy = false;
      this.#evict();
    };
    return { conversation: slot.conversation, keep, release };
  }

  #newSlot(): Slot {
    return { conversation: `${this.#prefix}-${++this.#count}`, turns: [], busy: false };
  }

  #evict(): void {
    const leaving = this.#slots.filter((slot) => !slot.busy).slice(0, Math.max(0, this.#slots.length - this.#maxSlots));
    this.#slots = this.#slots.filter((slot) => !leaving.includes(slot));
    for (const slot of leaving) void this.#forget(slot.conversation);
  }

  #keep(id: string, answer: GeneratedAnswer): void {
    this.#answers.delete(id);
    this.#answers.set(id, answer);
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= this.#maxAnswers) break;
      this.#answers.delete(oldest);
    }
  }
}

function digest(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
