import type { ChatEngine } from "../../../src/engine/chatEngine";
import type { GenerateRequest, Prompt, PromptTurn } from "../../../src/engine/ports";
import { answer, type Answer, warm } from "./testRuntime";

export interface QuestionOptions {
  readonly context?: string;
  readonly fresh?: boolean;
  readonly signal?: AbortSignal;
  readonly maxTokens?: number;
}

let turnCount = 0;

/** A conversation as a chat panel holds it: the turns that are shown, with what was generated for each. */
export class Panel {
  turns: readonly PromptTurn[] = [];

  constructor(
    public engine: ChatEngine,
    readonly id: string,
    readonly system = "You answer in short.",
  ) {}

  /** The conversation with all its turns answered. */
  get prompt(): Prompt {
    return { conversation: this.id, system: this.system, turns: this.turns };
  }

  request(user: string, { context, fresh, maxTokens = 6 }: QuestionOptions = {}): GenerateRequest {
    const turn = { id: `t${++turnCount}`, user, ...(this.turns.length > 0 && { continues: true }), ...(context !== undefined && { context }) };
    return { ...this.prompt, turns: [...this.turns, turn], sampling: { ...warm, seed: 7 }, maxTokens, ...(fresh !== undefined && { fresh }) };
  }

  async ask(user: string, options: QuestionOptions = {}): Promise<Answer> {
    return this.send(this.request(user, options), options.signal);
  }

  async send(request: GenerateRequest, signal?: AbortSignal): Promise<Answer> {
    const result = await answer(this.engine, request, signal);
    const { text, tokens, modelHash } = result;
    this.turns = [...request.turns.slice(0, -1), { ...request.turns.at(-1)!, answer: { text, tokens, modelHash } }];
    return result;
  }

  /** Another conversation with the turns of this one up to the `count`th. */
  branch(id: string, count = this.turns.length): Panel {
    const branch = new Panel(this.engine, id, this.system);
    branch.turns = this.turns.slice(0, count);
    return branch;
  }
}

/** Tokens that a row holds after an answer that ended at the limit of tokens: the last one is not in it. */
export function cachedAfter({ stats, tokens }: Pick<Answer, "stats" | "tokens">): number {
  return stats.promptTokens + tokens.length - 1;
}

/** A question of some length. */
export function question(name: string): string {
  return `Question ${name}: what does f_${name} return?\n\n    def f_${name}(x):\n        return x + 1\n`;
}

/** Some code to put in front of a question. */
export function code(name: string): string {
  return `src/${name}.ts:1-4\n\`\`\`ts\nexport function ${name}(a: number): number {\n  return a * 2;\n}\n\`\`\``;
}

/** The turn as it is when its code has left the prompt. */
export function withoutCode({ id, user, answer, continues = false }: PromptTurn): PromptTurn {
  return { id, user, ...(continues && { continues }), ...(answer && { answer }) };
}
