import { countTypos } from "../common/countTypos";
import { mostTypos } from "./nameMatch";

/** Names that somebody who typed this may have meant, nearest first: those that differ by no more than typos. */
export function nearNames(typed: string, names: Iterable<string>): readonly string[] {
  const lower = typed.toLowerCase();
  const most = mostTypos(lower.length);
  if (most === 0) return [];
  const near = [...names].flatMap((name) => {
    const typos = countTypos(lower, name.toLowerCase(), most);
    return typos <= most ? [{ name, typos }] : [];
  });
  return near.sort((a, b) => a.typos - b.typos || (a.name < b.name ? -1 : 1)).map(({ name }) => name);
}
