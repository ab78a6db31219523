const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** "1 file", "12,345 files". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${whole.format(count)} ${count === 1 ? one : many}`;
}
