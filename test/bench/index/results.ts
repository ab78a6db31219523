/** Prints a name, a value and, where there is one, the target beside it. */
export function row(name: string, value: string, target = ""): void {
  console.log(`${name.padEnd(64)} ${value.padStart(22)}  ${target}`);
}

export function ms(value: number): string {
  return value < 10 ? `${value.toFixed(2)} ms` : value < 10_000 ? `${value.toFixed(0)} ms` : `${(value / 1000).toFixed(1)} s`;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export async function timed<T>(act: () => Promise<T> | T): Promise<{ readonly result: T; readonly took: number }> {
  const began = performance.now();
  const result = await act();
  return { result, took: performance.now() - began };
}
