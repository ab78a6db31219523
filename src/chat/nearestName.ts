import { countTypos } from "../common/countTypos";

/** Changes of one letter that a misspelt name may be away from the right one. */
const mostChanges = 2;

/** The name that somebody meant: the one that `text` begins, else the one with the fewest letters changed. */
export function nearestName(text: string, names: readonly string[]): string | undefined {
  if (text === "") return undefined;
  const begun = names.find((name) => name.startsWith(text));
  if (begun !== undefined) return begun;
  const [nearest] = names.map((name) => ({ name, changes: countTypos(text, name, mostChanges) })).sort((a, b) => a.changes - b.changes);
  return nearest && nearest.changes <= Math.min(mostChanges, text.length - 1) ? nearest.name : undefined;
}
