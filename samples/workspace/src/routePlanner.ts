export interface Leg {
  readonly from: string;
  readonly to: string;
  readonly minutes: number;
}

export interface Route {
  readonly stops: readonly string[];
  readonly minutes: number;
}

/** The quickest way between two depots, by Dijkstra's algorithm; undefined when there is none. */
export function quickestRoute(legs: readonly Leg[], from: string, to: string): Route | undefined {
  const best = new Map<string, Route>([[from, { stops: [from], minutes: 0 }]]);
  const open = new Set([from]);
  while (open.size > 0) {
    const stop = nearest(open, best);
    if (stop === to) return best.get(to);
    open.delete(stop);
    for (const leg of legs.filter((each) => each.from === stop)) relax(leg, best, open);
  }
  return undefined;
}

function nearest(open: Set<string>, best: Map<string, Route>): string {
  const minutes = (stop: string) => best.get(stop)?.minutes ?? Number.POSITIVE_INFINITY;
  return [...open].reduce((nearestYet, stop) => (minutes(stop) < minutes(nearestYet) ? stop : nearestYet));
}

function relax(leg: Leg, best: Map<string, Route>, open: Set<string>): void {
  const here = best.get(leg.from);
  if (!here) return;
  const minutes = here.minutes + leg.minutes;
  if (minutes >= (best.get(leg.to)?.minutes ?? Number.POSITIVE_INFINITY)) return;
  best.set(leg.to, { stops: [...here.stops, leg.to], minutes });
  open.add(leg.to);
}
