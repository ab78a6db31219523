import { t } from "../../common/l10n";
import { language } from "../format";
import type { ViewConversation } from "../protocol";

export interface TimeGroup {
  readonly label: string;
  readonly rows: readonly ViewConversation[];
}

/** Rows that come pinned ones first, then newest first, under headings: Pinned, Today, Yesterday, Previous 7 days, then by month. */
export function timeGroups(rows: readonly ViewConversation[], now: Date): readonly TimeGroup[] {
  const groups: { label: string; rows: ViewConversation[] }[] = [];
  for (const row of rows) {
    const label = row.pinned ? t("Pinned") : timeLabel(new Date(row.updatedAt), now);
    const last = groups.at(-1);
    if (last?.label === label) last.rows.push(row);
    else groups.push({ label, rows: [row] });
  }
  return groups;
}

function timeLabel(time: Date, now: Date): string {
  if (time >= daysBefore(now, 0)) return t("Today");
  if (time >= daysBefore(now, 1)) return t("Yesterday");
  if (time >= daysBefore(now, 7)) return t("Previous 7 days");
  return new Intl.DateTimeFormat(language(), { month: "long", year: "numeric" }).format(time);
}

/** "14:05" of today, "Mon 14:05" of the last week, "3 Mar 2025" before that. */
export function rowTime(ms: number, now: Date): string {
  const time = new Date(ms);
  if (time >= daysBefore(now, 0)) return new Intl.DateTimeFormat(language(), { hour: "2-digit", minute: "2-digit" }).format(time);
  if (time >= daysBefore(now, 7)) return new Intl.DateTimeFormat(language(), { weekday: "short", hour: "2-digit", minute: "2-digit" }).format(time);
  return new Intl.DateTimeFormat(language(), { day: "numeric", month: "short", year: "numeric" }).format(time);
}

/** The start of a day, in the person's own time. */
function daysBefore(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
}
