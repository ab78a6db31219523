import type { NgramMatch } from "./ngramIndex";
import type { StepCosts } from "./stepCosts";

/** How many tokens may be guessed: evaluations of 2, 4, 8 and 16, sizes that processors handle without a remainder. */
const counts = [1, 3, 7, 15] as const;

/** Guesses of one class of matches: how often the next guessed token was right, with what was believed before any. */
interface Experience {
  /** Matches from so many tokens on. */
  readonly from: number;
  readonly believed: number;
  right: number;
  wrong: number;
}

/** Guesses that the belief before any weighs as much as. */
const beliefWeight = 2;
/** How fast guesses fade when new ones come, and how fast while none are made, so that a class is tried again. */
const fading = 0.9;
const forgetting = 0.98;

/** What `auto` may lose in an answer: some steps, and a share of all; behind long matches the share is larger. */
const lossSteps = 3;
const lossShare = 0.03;
const longMatch = 9;
const longLossShare = 0.1;

export interface GuessOutcome {
  readonly proposed: number;
  readonly accepted: number;
  /** Tokens that the step has drawn: the accepted ones, and mostly one more. */
  readonly drawn: number;
  /** What it took, in steps of one token. */
  readonly cost: number;
}

/**
 * Decides how many tokens to guess: as many as make an answer fastest by what evaluations cost and how often guesses
 * after matches of this length were right. `on` guesses after every match, `auto` only where it pays.
 */
export class GuessPolicy {
  readonly #mode: "on" | "auto";
  readonly #costs: StepCosts;
  readonly #experiences: Experience[] = [
    { from: 2, believed: 0.4, right: 0, wrong: 0 },
    { from: 3, believed: 0.55, right: 0, wrong: 0 },
    { from: 5, believed: 0.75, right: 0, wrong: 0 },
    { from: 9, believed: 0.9, right: 0, wrong: 0 },
    { from: 17, believed: 0.98, right: 0, wrong: 0 },
  ];
  /** Steps of one token that guessing has saved so far, less those that it has cost. */
  #saved = 0;
  #steps = 0;

  constructor(mode: "on" | "auto", costs: StepCosts) {
    this.#mode = mode;
    this.#costs = costs;
  }

  /** @param most room for guesses in the cache */
  count(match: NgramMatch, most: number): number {
    this.#steps++;
    if (!this.#mayLose(match)) return 0;
    const experience = this.#experience(match);
    const chance = (experience.right + experience.believed * beliefWeight) / (experience.right + experience.wrong + beliefWeight);
    const possible = counts.filter((count) => count <= most);
    const best = possible.reduce((a, b) => (this.#speed(b, chance) > this.#speed(a, chance) ? b : a), 0);
    if (best === 0) fade(experience, forgetting);
    return best;
  }

  learn(match: NgramMatch, { proposed, accepted, drawn, cost }: GuessOutcome): void {
    const experience = this.#experience(match);
    this.#saved += drawn - cost;
    this.#steps += drawn;
    fade(experience, fading);
    experience.right += accepted;
    experience.wrong += accepted < proposed ? 1 : 0;
  }

  #mayLose({ length }: NgramMatch): boolean {
    const share = length >= longMatch ? longLossShare : lossShare;
    return this.#mode === "on" || this.#saved >= -(lossSteps + share * this.#steps);
  }

  /** Tokens per plain step's time: the guesses that hold and the one that is drawn behind them. */
  #speed(count: number, chance: number): number {
    if (count === 0) return this.#mode === "on" ? 0 : 1;
    const held = chance >= 1 ? count : (chance * (1 - chance ** count)) / (1 - chance);
    return (1 + held) / this.#costs.ratio(count + 1);
  }

  #experience(match: NgramMatch): Experience {
    const found = this.#experiences.findLast(({ from }) => from <= match.length) ?? this.#experiences[0];
    if (!found) throw new RangeError("A match has at least two tokens.");
    return found;
  }
}

function fade(experience: Experience, factor: number): void {
  experience.right *= factor;
  experience.wrong *= factor;
}
