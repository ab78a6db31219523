import { countTypos } from "../../../src/common/countTypos";
import { isSubsequence, mostTypos, scoreSubsequence, wordStarts } from "../../../src/rag/nameMatch";

/** What a search is to find, by a look at each name: slow, without masks, order or limits. */
export function nameMatches(typed: string, names: readonly string[]): readonly string[] {
  const wanted = typed.toLowerCase();
  return names.filter((name) => {
    const lower = name.toLowerCase();
    if (lower.startsWith(wanted)) return true;
    if (wanted.length < 2) return false;
    const fromWordStart = wanted.length >= 4 || Array.from(lower).some((letter, i) => letter === wanted[0] && ((wordStarts(name) >>> i) & 1) === 1);
    if (fromWordStart && isSubsequence(wanted, lower) && scoreSubsequence(wanted, lower, wordStarts(name)) > 0) return true;
    const most = mostTypos(wanted.length);
    return most > 0 && countTypos(wanted, lower, most) <= most;
  });
}
