import type { EventLog } from "./eventLog.ts";
import { advance, type Parcel, type ParcelState } from "./parcel.ts";
import { trackingNumber } from "./trackingNumber.ts";
import { zoneOf } from "./zones.ts";

export interface NewParcel {
  readonly weightGrams: number;
  readonly destination: string;
}

/** Takes parcels in, keeps their state and writes each change to the event log. */
export class Desk {
  readonly #parcels = new Map<string, Parcel>();
  readonly #depotPostcode: string;
  readonly #log: EventLog;
  readonly #now: () => Date;
  #nextSerial = 1;

  constructor(depotPostcode: string, log: EventLog, now: () => Date = () => new Date()) {
    this.#depotPostcode = depotPostcode;
    this.#log = log;
    this.#now = now;
  }

  async accept({ weightGrams, destination }: NewParcel): Promise<Parcel> {
    const parcel: Parcel = {
      number: trackingNumber(this.#nextSerial++),
      weightGrams,
      origin: this.#depotPostcode,
      destination,
      zone: zoneOf(destination, this.#depotPostcode),
      state: "accepted",
      acceptedAt: this.#now().toISOString(),
    };
    await this.#keep(parcel);
    return parcel;
  }

  async move(number: string, state: ParcelState): Promise<Parcel> {
    const parcel = this.#parcels.get(number);
    if (!parcel) throw new Error(`There is no parcel ${number}.`);
    const moved = advance(parcel, state);
    await this.#keep(moved);
    return moved;
  }

  async #keep(parcel: Parcel): Promise<void> {
    this.#parcels.set(parcel.number, parcel);
    await this.#log.append({ number: parcel.number, state: parcel.state, at: this.#now().toISOString() });
  }
}
