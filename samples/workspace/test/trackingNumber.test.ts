import assert from "node:assert/strict";
import { test } from "node:test";
import { isTrackingNumber, trackingNumber } from "../src/trackingNumber.ts";

test("a tracking number ends in its check digit", () => {
  assert.equal(trackingNumber(47_312_482), "PD473124829");
});

test("a wrong digit is noticed", () => {
  assert.equal(isTrackingNumber("PD473124829"), true);
  assert.equal(isTrackingNumber("PD473124839"), false);
});
