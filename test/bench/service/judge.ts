import type { ClientRecord } from "./client";

export interface Load {
  readonly clients: readonly ClientRecord[];
  /** Resident bytes of all processes, by minute; in a run of fewer than five minutes five times. */
  readonly memory: readonly number[];
  readonly minutes: number;
}

const mostGrowth = 1.05;
/** In a shorter run the memory is still on its way to what it needs. */
const fewestMinutes = 4;
const leastShare = 0.5;

/** What is not as it has to be, as sentences. */
export function judge({ clients, memory, minutes }: Load): string[] {
  const problems = clients.flatMap(({ id, errors }) => errors.map((error) => `client ${id}: ${error}`)).slice(0, 10);
  const shares = clients.map((client) => client.answers).sort((a, b) => a - b);
  const [least = 0, most = 0] = [shares[0], shares.at(-1)];
  if (most === 0) problems.push("No answer came.");
  if (least < most * leastShare) problems.push(`The slowest client got ${least} answers, the fastest ${most}.`);
  const [first = 0, last = 0] = [memory[0], memory.at(-1)];
  if (minutes >= fewestMinutes && last > first * mostGrowth) problems.push(`The memory grew from ${Math.round(first / 1e6)} to ${Math.round(last / 1e6)} MB.`);
  return problems;
}
