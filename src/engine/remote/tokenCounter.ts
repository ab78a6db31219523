import { createHash } from "node:crypto";
import { isAbortError } from "../../common/errors";

/** The counting of a server. */
export interface CountAtServer {
  /** Texts that one request takes. */
  readonly textsAtOnce: number;
  count(texts: readonly string[], signal: AbortSignal): Promise<readonly number[]>;
}

const mostKnown = 4096;
const requestsAtOnce = 4;
/** UTF-8 bytes per token of code and English, on the low side so that a guess is rather too high. */
const firstBytesPerToken = 3.2;
const bytesPerTokenRange = { least: 1.5, most: 5 };
/** Tokens that stand around a message: role, start and end. */
const firstAround = 6;
const mostAround = 64;
/** A prompt has to be so long to tell something of how its text is cut into tokens. */
const leastTellingBytes = 400;
/** How much of a guess one more answer changes. */
const learning = 0.4;

/** A prompt in the counter's eyes. */
export interface CountedPrompt {
  readonly texts: readonly string[];
  readonly messages: number;
}

/**
 * Tokens of texts: counted by the server where it can, and kept; guessed from their length otherwise. What stands around
 * a message is never told, and is guessed; both guesses learn from the prompt tokens that servers report.
 */
export class TokenCounter {
  readonly #count: CountAtServer | undefined;
  readonly #known = new Map<string, number>();
  #bytesPerToken = firstBytesPerToken;
  #around = firstAround;

  /** @param count undefined: the server counts nothing */
  constructor(count?: CountAtServer) {
    this.#count = count;
  }

  get isEstimate(): boolean {
    return this.#count === undefined;
  }

  /** Tokens around one message. */
  get around(): number {
    return Math.round(this.#around);
  }

  /** In the order of `texts`. Throws abort errors only: what the server fails to count is guessed. */
  async counts(texts: readonly string[], signal: AbortSignal): Promise<readonly number[]> {
    const unknown = [...new Set(texts)].filter((text) => text !== "" && !this.#known.has(keyOf(text)));
    const fresh = this.#count ? await this.#ask(this.#count, unknown, signal) : new Map<string, number>();
    const counts = texts.map((text) => fresh.get(text) ?? this.#known.get(keyOf(text)) ?? this.guess(text));
    for (const [text, count] of fresh) this.#keep(keyOf(text), count);
    return counts;
  }

  guess(text: string): number {
    return text === "" ? 0 : Math.ceil(Buffer.byteLength(text) / this.#bytesPerToken);
  }

  /** Takes in what the server says that a prompt had. */
  async learn({ texts, messages }: CountedPrompt, promptTokens: number, signal: AbortSignal): Promise<void> {
    if (messages === 0) return;
    if (this.#count) return this.#learnAround(sum(await this.counts(texts, signal)), messages, promptTokens);
    const bytes = texts.reduce((total, text) => total + Buffer.byteLength(text), 0);
    const tokens = promptTokens - messages * this.#around;
    if (bytes < leastTellingBytes || tokens <= 0) return;
    this.#bytesPerToken = clamp(mixed(this.#bytesPerToken, bytes / tokens), bytesPerTokenRange.least, bytesPerTokenRange.most);
  }

  #learnAround(tokens: number, messages: number, promptTokens: number): void {
    this.#around = clamp((promptTokens - tokens) / messages, 0, mostAround);
  }

  async #ask(server: CountAtServer, texts: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const groups = inGroups(texts, server.textsAtOnce);
    const found = new Map<string, number>();
    for (const some of inGroups(groups, requestsAtOnce)) {
      const counts = await Promise.all(some.map((group) => this.#askOnce(server, group, signal)));
      some.forEach((group, at) => counts[at]?.forEach((count, index) => found.set(group[index] ?? "", count)));
    }
    return found;
  }

  async #askOnce(server: CountAtServer, texts: readonly string[], signal: AbortSignal): Promise<readonly number[]> {
    try {
      return await server.count(texts, signal);
    } catch (error) {
      if (isAbortError(error) || signal.aborted) throw error;
      return [];
    }
  }

  #keep(key: string, count: number): void {
    this.#known.set(key, count);
    const [oldest] = this.#known.keys();
    if (this.#known.size > mostKnown && oldest !== undefined) this.#known.delete(oldest);
  }
}

function keyOf(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

function inGroups<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}

function mixed(before: number, now: number): number {
  return before + learning * (now - before);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
