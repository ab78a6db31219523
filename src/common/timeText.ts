/** A time as people say it: "less than a minute", "12 min", "2 h 10 min", "31 h". */
export function timeText(seconds: number): string {
  if (seconds < 60) return "less than a minute";
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  const rest = Math.round((minutes % 60) / 10) * 10;
  if (hours >= 10 || rest === 0) return `${Math.round(minutes / 60)} h`;
  return rest === 60 ? `${hours + 1} h` : `${hours} h ${rest} min`;
}
