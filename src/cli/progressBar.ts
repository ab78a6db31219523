import cliProgress, { type Options } from "cli-progress";

export interface Progress {
  readonly label: string;
  readonly done: number;
  /** 0 where it is not known: then there is no bar. */
  readonly total: number;
  /** Stands behind the share: amounts, speed, time left. */
  readonly detail: string;
}

const looks: Options = { barCompleteString: "█".repeat(80), barIncompleteString: "░".repeat(80), barGlue: "" };

/** The widest and the narrowest bar; where there is no room for that, the text stands alone. Characters. */
const widestBar = 30;
const narrowestBar = 8;

/** One line that says how far something is, `columns` characters wide at most where its texts leave room for a bar. */
export function progressBar({ label, done, total, detail }: Progress, columns: number): string {
  if (total <= 0) return `${label} … ${detail}`;
  const progress = Math.min(1, Math.max(0, done / total));
  const barsize = Math.min(widestBar, columns - label.length - detail.length - " 100 %    ".length);
  if (barsize < narrowestBar) return `${label} … ${Math.floor(progress * 100)} %  ${detail}`;
  const bar = cliProgress.Format.BarFormat(progress, { ...looks, barsize });
  return `${label} ${bar} ${String(Math.floor(progress * 100)).padStart(3)} %  ${detail}`;
}
