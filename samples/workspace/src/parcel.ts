import type { Zone } from "./zones.ts";

export type ParcelState = "accepted" | "in-transit" | "out-for-delivery" | "delivered" | "returned";

export interface Parcel {
  readonly number: string;
  readonly weightGrams: number;
  readonly origin: string;
  readonly destination: string;
  readonly zone: Zone;
  readonly state: ParcelState;
  /** ISO 8601. */
  readonly acceptedAt: string;
}

const nextStates: Record<ParcelState, readonly ParcelState[]> = {
  accepted: ["in-transit", "returned"],
  "in-transit": ["out-for-delivery", "returned"],
  "out-for-delivery": ["delivered", "in-transit"],
  delivered: [],
  returned: [],
};

/** Moves a parcel to its next state; a step that is not allowed is an error. */
export function advance(parcel: Parcel, state: ParcelState): Parcel {
  if (!nextStates[parcel.state].includes(state)) {
    throw new Error(`Parcel ${parcel.number} cannot go from ${parcel.state} to ${state}.`);
  }
  return { ...parcel, state };
}
