/** The share of a file's lines that stand in the code as well, whatever their order and indentation; 0 to 1. Blank lines and brackets alone do not count. */
export function sharedLines(file: readonly string[], code: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const line of telling(code)) counts.set(line, (counts.get(line) ?? 0) + 1);
  const own = telling(file);
  const shared = own.filter((line) => {
    const left = counts.get(line) ?? 0;
    counts.set(line, left - 1);
    return left > 0;
  });
  return own.length === 0 ? 0 : shared.length / own.length;
}

function telling(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.trim()).filter((line) => (line.match(/\w/g)?.length ?? 0) >= 3);
}
