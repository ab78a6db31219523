import { appendFile, readFile } from "node:fs/promises";
import type { ParcelState } from "./parcel.ts";

export interface ParcelEvent {
  readonly number: string;
  readonly state: ParcelState;
  /** ISO 8601. */
  readonly at: string;
}

/** An append-only log, one JSON object a line, so that the reports can read it while the desk is open. */
export class EventLog {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  async append(event: ParcelEvent): Promise<void> {
    await appendFile(this.#file, `${JSON.stringify(event)}\n`);
  }

  async read(): Promise<ParcelEvent[]> {
    const text = await readFile(this.#file, "utf8");
    return text
      .split("\n")
      .filter((line) => line.length > 0)
      .map((line) => JSON.parse(line) as ParcelEvent);
  }
}
