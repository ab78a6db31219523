import type { LlamaContextSequence, Token } from "node-llama-cpp";

/**
 * Tokens evaluated together may come out a little different from the same ones evaluated one by one: other kernels,
 * other order of sums. With Q8_0 weights they were seen to be the same to the bit; logits of a 4-bit model were up to
 * 0.16 apart. So a token is taken from such an evaluation only when its logit leads the next one's by more than
 * rounding could undo; otherwise it is drawn again, by itself. What such rounding leaves in the KV cache can still
 * decide a near tie further on, as it can where a prompt is read in other chunks.
 */
const safeLead = 0.5;

/** Asks for the two likeliest tokens, with the share of each. */
const twoLikeliest = { generateNext: { probabilities: true, options: { temperature: 1, topK: 2, topP: 1, minP: 0, seed: 0 } } };

/** What one evaluation of several tokens has drawn; the cache holds as many of them. */
export interface DrawnTogether {
  /** In order; all but the last one were guessed, and where `unsure` the last one too. */
  readonly tokens: readonly number[];
  /** Whether the next token was too close to call. */
  readonly unsure: boolean;
}

/**
 * Evaluates the last drawn token with a guess of what follows it, and erases what the model would not have drawn.
 * Greedy. One token at least is evaluated; none is drawn where the first one is too close to call.
 */
export async function drawTogether(sequence: LlamaContextSequence, last: number, guess: readonly number[]): Promise<DrawnTogether> {
  const results = await sequence.controlledEvaluate([last, ...guess].map((token) => [token as Token, twoLikeliest]));
  const drawn = heldTokens(
    guess,
    results.map((result) => likeliest(result?.next.probabilities)),
  );
  await eraseLast(sequence, 1 + guess.length - drawn.tokens.length);
  return drawn;
}

export async function eraseLast(sequence: LlamaContextSequence, count: number): Promise<void> {
  const end = sequence.nextTokenIndex;
  if (count > 0) await sequence.eraseContextTokenRanges([{ start: end - count, end }]);
}

/** @param drawn behind each evaluated token: what the model draws; undefined where it is too close to call */
export function heldTokens(guess: readonly number[], drawn: readonly (number | undefined)[]): DrawnTogether {
  const tokens: number[] = [];
  for (const token of drawn) {
    if (token === undefined) return { tokens, unsure: true };
    tokens.push(token);
    if (token !== guess[tokens.length - 1]) break;
  }
  return { tokens, unsure: false };
}

function likeliest(shares: ReadonlyMap<Token, number> | undefined): number | undefined {
  const [first, second] = [...(shares ?? [])].sort(([, a], [, b]) => b - a);
  if (!first) return undefined;
  return second && Math.log(first[1] / second[1]) < safeLead ? undefined : first[0];
}
