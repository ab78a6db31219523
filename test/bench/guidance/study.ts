import { entropyShare } from "../../../src/engine/guidance/adaptiveScale";
import type { EmbeddingTable } from "../../../src/engine/guidance/embeddingTable";
import { ModelGuidance } from "../../../src/engine/guidance/modelGuidance";
import { type Guidance, guidanceQueries, guidanceStrategies } from "../../../src/engine/ports";
import type { StepGuide } from "../../../src/engine/runtime";
import type { HeldOutFunction } from "./heldOut";
import { CopyingModel, type Distribution, type LanguageModel, NgramModel } from "./ngramModel";
import { type NamePlace, nameAtFront } from "./workspaceTokens";

export const scales = [0, 0.5, 1, 1.5, 2, 3, 4, 6, 8] as const;
export const baselines = ["alone", "copying"] as const;

const candidates = 256;
/** Tokens of a name that are drawn at most. */
const longestName = 8;

/** One way to steer: strategy and query, adaptive or not. */
export interface Variant {
  readonly strategy: Guidance["strategy"];
  readonly query: Guidance["query"];
  readonly adaptive: boolean;
}

export const variants: readonly Variant[] = guidanceStrategies.flatMap((strategy) =>
  guidanceQueries.flatMap((query) => [true, false].map((adaptive) => ({ strategy, query, adaptive }))),
);

/** What came of one variant at one scale, over all that was added. */
export interface Tally {
  /** Sum of the negative logarithms of the true tokens' probabilities. */
  loss: number;
  tokens: number;
  rightNames: number;
  names: number;
}

export type Tallies = Map<string, Tally>;

export function tallyKey(baseline: string, { strategy, query, adaptive }: Variant, scale: number): string {
  return [baseline, strategy, query, adaptive ? "adaptive" : "constant", scale].join(" ");
}

/** A held-out function in tokens, with what a prompt would have. */
export interface Case {
  readonly held: HeldOutFunction;
  readonly question: readonly number[];
  readonly code: readonly number[];
  readonly body: readonly number[];
  readonly names: readonly NamePlace[];
}

export interface StudyParts {
  readonly model: LanguageModel;
  readonly vectors: EmbeddingTable;
  readonly vocabulary: number;
  readonly pieceOf: (token: number) => string;
}

/** A step's candidates with the score of each, for one strategy and query. */
interface ScoredStep {
  readonly top: Distribution;
  readonly scores: Float32Array;
  /** What an adaptive scale is multiplied by. */
  readonly entropy: number;
}

type Guides = ReadonlyMap<string, { readonly guide: StepGuide; readonly generated: number[] }>;

/** Runs cases through every variant. Scores are the engine's own, at a scale of 1; the scales are applied as it applies them. */
export class Study {
  readonly tallies: Tallies = new Map();
  readonly #guidance: ModelGuidance;

  constructor(readonly parts: StudyParts) {
    this.#guidance = new ModelGuidance(() => Promise.resolve(parts.vectors));
  }

  async add(one: Case): Promise<void> {
    const { model, vocabulary } = this.parts;
    const prompt = [...one.code, ...one.question];
    const copying = new CopyingModel(model, new NgramModel([prompt], vocabulary, 4), 0.3);
    for (const baseline of baselines) await this.#addWith(baseline, baseline === "copying" ? copying : model, one, prompt);
  }

  async #addWith(baseline: string, model: LanguageModel, one: Case, prompt: readonly number[]): Promise<void> {
    const guides = await this.#guides(one, prompt);
    const names = new Map(one.names.map((place) => [place.at, place]));
    for (const [at, token] of one.body.entries()) {
      const before = [...prompt.slice(-8), ...one.body.slice(0, at)];
      const top = model.likeliest(before, candidates);
      const known = model.probability(before, token);
      const name = names.get(at);
      for (const [key, { guide, generated }] of guides) {
        const step = scored(top, guide);
        for (const variant of variants) {
          if (`${variant.strategy} ${variant.query}` !== key) continue;
          for (const scale of scales) {
            const tally = this.#tally(tallyKey(baseline, variant, scale));
            tally.loss -= Math.log(guidedProbability(step, strengthOf(variant, scale, step), token, known));
            tally.tokens++;
            // Names take most of the time, and adaptive guidance is the default.
            if (name && variant.adaptive) this.#addName(tally, name, this.#spelt(model, before, guide, variant, scale, step));
          }
        }
        generated.push(token);
      }
    }
  }

  #addName(tally: Tally, { name }: NamePlace, spelt: string | undefined): void {
    tally.names++;
    if (spelt === name) tally.rightNames++;
  }

  /** Greedy, behind the true text so far. A dynamic query stays as it is at the name's first token. */
  #spelt(model: LanguageModel, before: readonly number[], guide: StepGuide, variant: Variant, scale: number, first: ScoredStep): string | undefined {
    const drawn: number[] = [];
    let text = "";
    for (let step = first; drawn.length < longestName; step = scored(model.likeliest([...before, ...drawn], candidates), guide)) {
      drawn.push(best(step, strengthOf(variant, scale, step)));
      text += this.parts.pieceOf(drawn.at(-1) ?? 0);
      const name = nameAtFront(text);
      if (name !== undefined) return name;
    }
    return undefined;
  }

  async #guides({ question, code }: Case, all: readonly number[]): Promise<Guides> {
    const guides = new Map<string, { guide: StepGuide; generated: number[] }>();
    for (const strategy of guidanceStrategies) {
      for (const query of guidanceQueries) {
        const guidance: Guidance = { strategy, query, scale: 1, topN: candidates, adaptive: false };
        const make = await this.#guidance.prepare({ guidance, parts: { all, question, code }, seed: 5, isContent: () => true }, new AbortController().signal);
        const generated: number[] = [];
        guides.set(`${strategy} ${query}`, { guide: make(generated), generated });
      }
    }
    return guides;
  }

  #tally(key: string): Tally {
    const tally = this.tallies.get(key) ?? { loss: 0, tokens: 0, rightNames: 0, names: 0 };
    this.tallies.set(key, tally);
    return tally;
  }
}

function scored(top: Distribution, guide: StepGuide): ScoredStep {
  const sum = top.probabilities.reduce((total, probability) => total + probability, 0);
  const shares = Float32Array.from(top.probabilities, (probability) => probability / sum);
  return { top, scores: guide.adjust(top.tokens, shares), entropy: entropyShare(shares) };
}

function strengthOf({ adaptive }: Variant, scale: number, { entropy }: ScoredStep): number {
  return adaptive ? scale * entropy : scale;
}

/** Candidates are reweighted, the rest of the vocabulary stays, and all is normalised again. */
function guidedProbability({ top, scores }: ScoredStep, strength: number, token: number, plain: number): number {
  if (strength === 0) return plain;
  let total = 1;
  let factor = 1;
  for (let i = 0; i < top.tokens.length; i++) {
    const own = Math.exp(strength * (scores[i] ?? 0));
    total += (top.probabilities[i] ?? 0) * (own - 1);
    if (top.tokens[i] === token) factor = own;
  }
  return (plain * factor) / total;
}

function best({ top, scores }: ScoredStep, strength: number): number {
  let found = 0;
  let most = -Infinity;
  for (let i = 0; i < top.tokens.length; i++) {
    const logit = Math.log(top.probabilities[i] ?? 0) + strength * (scores[i] ?? 0);
    if (logit > most) [found, most] = [top.tokens[i] ?? 0, logit];
  }
  return found;
}
