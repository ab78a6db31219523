import { language } from "./l10n";

/** One of two texts with the number in the place of {0}: `counted(3, t("{0} file"), t("{0} files"))`. */
export function counted(count: number, one: string, many: string): string {
  return (count === 1 ? one : many).replace("{0}", count.toLocaleString(language(), { maximumFractionDigits: 0 }));
}
