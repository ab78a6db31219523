import { clampScore, dot, type Similarity } from "./similarity";

/** The cosine of the angle between a token's vector and the mean of the query's. */
export const cosineSimilarity: Similarity = {
  towards(query) {
    const direction = query.direction();
    return (row) => clampScore(dot(direction, row));
  },
};
