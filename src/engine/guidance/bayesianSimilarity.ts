import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import type { UnitRows } from "./centredRows";
import type { QueryMoments } from "./queryMoments";
import { seededNormals } from "./seededNumbers";
import { clampScore, type Similarity, type TokenScores } from "./similarity";

export interface BayesianOptions {
  /** Precision of each value of the query, all above 0, instead of an estimate from its tokens. */
  readonly precision?: Float32Array;
  /** "bound": the expected cosine less `doubt` times its deviation. "thompson": the cosine to one draw of the query. */
  readonly choice?: { readonly kind: "bound"; readonly doubt: number } | { readonly kind: "thompson"; readonly seed: number };
}

const defaultChoice = { kind: "bound", doubt: 0.5 } as const;
/** Tokens that the vocabulary's spread weighs as much as, where the query's own is estimated. */
const spreadWeight = 4;
/** Below any variance of real embeddings; keeps a table with equal columns from dividing by 0. */
const leastVariance = 1e-12;

/**
 * The query is not known but estimated: a Gaussian posterior with diagonal precision, made of the spread of the token
 * vectors behind it by Laplace's approximation, whose mode is the mean and whose precision is the curvature there. Few
 * tokens, or ones that differ much, make it doubtful, and scores small.
 */
export class BayesianSimilarity implements Similarity {
  readonly #rows: UnitRows;
  readonly #options: BayesianOptions;

  /** @param rows their variances are what is believed of a query before any of its tokens */
  constructor(rows: UnitRows, options: BayesianOptions = {}) {
    this.#rows = rows;
    this.#options = options;
  }

  /** Throws "bad-use" for a query without tokens, unless a precision is given. */
  towards(query: QueryMoments): TokenScores {
    const { choice = defaultChoice } = this.#options;
    const posterior = this.#posterior(query);
    return choice.kind === "thompson" ? towardsDraw(this.#rows, posterior, choice.seed) : lowerBound(this.#rows, posterior, choice.doubt);
  }

  #posterior(query: QueryMoments): Posterior {
    const { precision } = this.#options;
    const { variances } = this.#rows;
    if (precision) return { mean: query.sums.map((sum) => (query.isEmpty ? 0 : sum / query.weight)), variance: Float64Array.from(precision, (value) => 1 / value) };
    if (query.isEmpty) throw noTokens();
    const mean = new Float64Array(query.width);
    const variance = new Float64Array(query.width);
    for (let i = 0; i < mean.length; i++) {
      const prior = Math.max(variances[i] ?? 0, leastVariance);
      const average = (query.sums[i] ?? 0) / query.weight;
      const data = query.worth / spreadOf(query, i, average, prior);
      variance[i] = 1 / (1 / prior + data);
      mean[i] = data * average * (variance[i] ?? 0);
    }
    return { mean, variance };
  }
}

interface Posterior {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** Of the query's vectors in one value, drawn towards the vocabulary's where there are few of them. */
function spreadOf(query: QueryMoments, i: number, average: number, prior: number): number {
  const own = Math.max(0, (query.squares[i] ?? 0) / query.weight - average * average);
  return (query.worth * own + spreadWeight * prior) / (query.worth + spreadWeight);
}

/** The length that the query is expected to have takes its doubt in, so doubt makes the expected cosine small. */
function lowerBound(rows: UnitRows, { mean, variance }: Posterior, doubt: number): TokenScores {
  let squares = 0;
  for (let i = 0; i < mean.length; i++) squares += (mean[i] ?? 0) ** 2 + (variance[i] ?? 0);
  const length = Math.sqrt(squares);
  return (tokens) => rows.measure(tokens, [mean, variance], (row) => clampScore((row.dot(0) - doubt * Math.sqrt(row.weightedSquares(1))) / length));
}

function towardsDraw(rows: UnitRows, { mean, variance }: Posterior, seed: number): TokenScores {
  const normal = seededNormals(seed);
  const draw = mean.map((value, i) => value + normal() * Math.sqrt(variance[i] ?? 0));
  const length = Math.sqrt(draw.reduce((sum, value) => sum + value * value, 0));
  return (tokens) => rows.measure(tokens, [draw], (row) => clampScore(row.dot(0) / length));
}

function noTokens(): HearthError {
  return new HearthError("bad-use", t("The bayesian guidance has no tokens to estimate its query from, and no precision was given."), {
    remedy: t("Ask a question with words in it, or take another guidance."),
  });
}
