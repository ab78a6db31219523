/** What speaks for a file as the one that code belongs to. */
export interface TargetFacts {
  readonly path: string;
  /** The answer names it. */
  readonly named: boolean;
  /** Names that the code defines and that are defined there, too. */
  readonly symbols: readonly string[];
  /** Share of the code's lines that stand there, 0 to 1. */
  readonly shared: number;
  /** It is the editor in front. */
  readonly active: boolean;
}

export interface RankedTargets {
  /** Best first. */
  readonly ranked: readonly TargetFacts[];
  /** The one that needs no question; absent: somebody has to choose. */
  readonly sure?: TargetFacts;
}

/** With fewer equal lines a file is not taken for the one that is meant. */
const leastShared = 0.3;
const ampleShared = 0.6;

/** Puts the files in order; sure is the one that is named, and otherwise one that nothing else comes near to. */
export function rankTargets(all: readonly TargetFacts[]): RankedTargets {
  const ranked = all.filter((one) => one.named || one.symbols.length > 0 || one.shared >= leastShared || one.active).sort((a, b) => scoreOf(b) - scoreOf(a));
  const [best, next] = ranked;
  if (!best) return { ranked };
  const isSure = best.named ? next?.named !== true : isTelling(best) && (!next || !isRival(next, best));
  return isSure ? { ranked, sure: best } : { ranked };
}

function scoreOf({ named, symbols, shared, active }: TargetFacts): number {
  return (named ? 100 : 0) + symbols.length * 4 + shared * 3 + (active ? 0.5 : 0);
}

function isTelling({ symbols, shared }: TargetFacts): boolean {
  return symbols.length > 0 || shared >= ampleShared;
}

/** Whether a file has something of its own to say against the best one. */
function isRival(other: TargetFacts, best: TargetFacts): boolean {
  return other.symbols.length > 0 || other.shared > Math.max(leastShared, best.shared);
}
