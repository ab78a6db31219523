/** Changes of one letter that a misspelt name may be away from the right one. */
const mostChanges = 2;

/** The name that somebody meant: the one that `text` begins, else the one with the fewest letters changed. */
export function nearestName(text: string, names: readonly string[]): string | undefined {
  if (text === "") return undefined;
  const begun = names.find((name) => name.startsWith(text));
  if (begun !== undefined) return begun;
  const [nearest] = names.map((name) => ({ name, changes: changesBetween(text, name) })).sort((a, b) => a.changes - b.changes);
  return nearest && nearest.changes <= Math.min(mostChanges, text.length - 1) ? nearest.name : undefined;
}

/** Letters to add, remove, change or swap with their neighbour (optimal string alignment). */
function changesBetween(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      const changed = (last[column - 1] ?? 0) + (isSame ? 0 : 1);
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swapped = isSwap ? (beforeLast[column - 2] ?? 0) + 1 : Infinity;
      current.push(Math.min(changed, swapped, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? Infinity;
}
