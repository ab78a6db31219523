/** Some of the items, each at most once, in an order of chance. */
export function draw<T>(items: readonly T[], count: number, random: () => number): readonly T[] {
  const left = [...items];
  const drawn: T[] = [];
  while (left.length > 0 && drawn.length < count) drawn.push(...left.splice(Math.floor(random() * left.length), 1));
  return drawn;
}
