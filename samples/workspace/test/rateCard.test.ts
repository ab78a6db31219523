import assert from "node:assert/strict";
import { test } from "node:test";
import { priceInCents } from "../src/rateCard.ts";

test("a heavy parcel to the islands costs most", () => {
  assert.equal(priceInCents({ weightGrams: 20_000, zone: "islands", bulky: false }), 2_400);
});

test("bulky parcels cost a quarter more", () => {
  assert.equal(priceInCents({ weightGrams: 800, zone: "city", bulky: true }), 488);
});
