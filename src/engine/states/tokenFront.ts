import type { RowContent } from "./savedStates";

/** Number of tokens that two lists have in common from their beginning. */
export function commonFront(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a[at] === b[at]) at++;
  return at;
}

/** Whether a state with `saved` serves wherever one with `content` would: the same front, in the same parts. */
export function covers(saved: RowContent, content: RowContent): boolean {
  const samePart = ({ key, length }: RowContent["parts"][number], at: number) => saved.parts[at]?.key === key && saved.parts[at].length === length;
  return startsWith(saved.tokens, content.tokens) && content.parts.every(samePart);
}

export function startsWith(tokens: readonly number[], front: readonly number[]): boolean {
  return commonFront(tokens, front) === front.length;
}
