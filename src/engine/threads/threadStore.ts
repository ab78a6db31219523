import { readFile } from "node:fs/promises";
import path from "node:path";
import { describeError, systemCode } from "../../common/errors";
import type { Log } from "../../common/log";
import { replaceFile } from "../../common/replaceFile";
import type { ThreadMeasurement } from "./measureThreads";

/** What was measured of one model on one machine. */
export interface KeptThreads extends ThreadMeasurement {
  /** Whether nothing else kept the machine busy; if it did, it is measured again at the next chance. */
  readonly isQuiet: boolean;
  /** Milliseconds since 1970. */
  readonly measuredAt: number;
}

const formatVersion = 1;
const mostEntries = 64;
const mostThreads = 1024;

/** A file of measurements, by machine and model. A file that cannot be read or written costs nothing but a new measurement. */
export class ThreadStore {
  readonly #file: string;
  readonly #log: Log;

  /** @param directory made when something is written; absolute */
  constructor(directory: string, log: Log) {
    this.#file = path.join(directory, "threads.json");
    this.#log = log;
  }

  async read(key: string): Promise<KeptThreads | undefined> {
    return (await this.#entries()).get(key);
  }

  /** Other windows may write too: what they have kept meanwhile stays, and a reader sees the old file or the new one. */
  async keep(key: string, threads: KeptThreads): Promise<void> {
    try {
      const entries = await this.#entries();
      entries.set(key, threads);
      const newest = [...entries].sort(([, a], [, b]) => b.measuredAt - a.measuredAt).slice(0, mostEntries);
      await replaceFile(this.#file, `${JSON.stringify({ version: formatVersion, entries: Object.fromEntries(newest) }, undefined, 2)}\n`);
    } catch (error) {
      this.#log.write("warn", `The measured numbers of threads could not be kept: ${describeError(error)}`);
    }
  }

  async #entries(): Promise<Map<string, KeptThreads>> {
    try {
      return parse(JSON.parse(await readFile(this.#file, "utf8")));
    } catch (error) {
      if (!["ENOENT", "ENOTDIR"].includes(systemCode(error) ?? "")) this.#log.write("warn", `${this.#file} is left out, threads are measured again: ${describeError(error)}`);
      return new Map();
    }
  }
}

/** Entries that are not what they should be are left out; throws where the whole file is not. */
function parse(data: unknown): Map<string, KeptThreads> {
  if (!isRecord(data) || data["version"] !== formatVersion || !isRecord(data["entries"])) throw new Error("it has another format.");
  return new Map(Object.entries(data["entries"]).flatMap(([key, entry]) => (isKept(entry) ? [[key, entry] as const] : [])));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isKept(entry: unknown): entry is KeptThreads {
  if (!isRecord(entry)) return false;
  const { prefill, decode, decodeTokensPerSecond, prefillTokensPerSecond, isQuiet, measuredAt } = entry;
  return isCount(prefill) && isCount(decode) && isRate(decodeTokensPerSecond) && isRate(prefillTokensPerSecond) && typeof isQuiet === "boolean" && isRate(measuredAt);
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= mostThreads;
}

function isRate(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
