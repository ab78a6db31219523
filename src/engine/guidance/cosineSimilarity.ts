import type { UnitRows } from "./centredRows";
import type { QueryMoments } from "./queryMoments";
import { clampScore, type Similarity, type TokenScores } from "./similarity";

/** The cosine of the angle between a token's vector and the mean of the query's. */
export class CosineSimilarity implements Similarity {
  constructor(readonly rows: UnitRows) {}

  towards(query: QueryMoments): TokenScores {
    const direction = query.direction();
    return (tokens) => this.rows.measure(tokens, [direction], (row) => clampScore(row.dot(0)));
  }
}
