import type { Log } from "../common/log";
import type { EmbeddingInfo } from "../engine/ports";

/**
 * How many numbers of a model's vectors are kept: `wanted`, where the model was trained for vectors to be cut, else all.
 * What cannot be done is said in the log.
 */
export function keptDimensions({ id, dimensions, leastDimensions }: EmbeddingInfo, wanted: number | undefined, log: Log): number {
  if (wanted === undefined || wanted >= dimensions) return dimensions;
  if (leastDimensions === undefined) {
    log.write("warn", `Vectors of ${id} keep their ${dimensions} dimensions: it was not trained for vectors that are cut to ${wanted}.`);
    return dimensions;
  }
  if (wanted >= leastDimensions) return wanted;
  log.write("warn", `Vectors of ${id} are cut to ${leastDimensions} dimensions: ${wanted} are fewer than it was trained for.`);
  return leastDimensions;
}
