import { t } from "./l10n";

/** A time as people say it: "less than a minute", "12 min", "2 h 10 min", "31 h". */
export function timeText(seconds: number): string {
  if (seconds < 60) return t("less than a minute");
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t("{0} min", minutes);
  const hours = Math.floor(minutes / 60);
  const rest = Math.round((minutes % 60) / 10) * 10;
  if (hours >= 10 || rest === 0) return t("{0} h", Math.round(minutes / 60));
  return rest === 60 ? t("{0} h", hours + 1) : t("{0} h {1} min", hours, rest);
}
