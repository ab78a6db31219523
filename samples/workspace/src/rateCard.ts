import type { Zone } from "./zones.ts";

interface Rate {
  readonly upToGrams: number;
  readonly cents: Readonly<Record<Zone, number>>;
}

const rates: readonly Rate[] = [
  { upToGrams: 1_000, cents: { city: 390, mainland: 450, islands: 720 } },
  { upToGrams: 5_000, cents: { city: 490, mainland: 640, islands: 1_150 } },
  { upToGrams: 31_500, cents: { city: 890, mainland: 1_190, islands: 2_400 } },
];

const bulkySurcharge = 1.25;

export interface Shipment {
  readonly weightGrams: number;
  readonly zone: Zone;
  readonly bulky: boolean;
}

/** The price in cents. Heavier parcels than the last rate are refused. */
export function priceInCents({ weightGrams, zone, bulky }: Shipment): number {
  const rate = rates.find(({ upToGrams }) => weightGrams <= upToGrams);
  if (!rate) throw new RangeError(`No rate for ${weightGrams} g.`);
  return Math.round(rate.cents[zone] * (bulky ? bulkySurcharge : 1));
}
