export type Zone = "city" | "mainland" | "islands";

const islandPostcodes = new Set(["27498", "25849", "26757", "18565"]);

/** The zone a postcode lies in, seen from the depot's own postcode. */
export function zoneOf(postcode: string, depotPostcode: string): Zone {
  if (islandPostcodes.has(postcode)) return "islands";
  return postcode.slice(0, 2) === depotPostcode.slice(0, 2) ? "city" : "mainland";
}
