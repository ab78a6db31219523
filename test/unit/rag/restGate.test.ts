import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { RestGate } from "../../../src/rag/restGate";

const never = new AbortController().signal;

describe("rest gate", () => {
  it("lets work pass while nobody wants a rest", async () => {
    const gate = new RestGate();
    await gate.pass(never);
    gate.set("host", true);
    gate.set("host", false);
    await gate.pass(never);
    assert.equal(gate.isResting, false);
  });

  it("holds work until the last one who wanted a rest is content", async () => {
    const gate = new RestGate();
    gate.set("host", true);
    gate.set("battery", true);
    let passed = 0;
    const waiting = [gate.pass(never), gate.pass(never)].map((pass) => pass.then(() => passed++));
    gate.set("host", false);
    await nextTurn();
    assert.deepEqual([passed, gate.isResting], [0, true]);
    gate.set("battery", false);
    await Promise.all(waiting);
    assert.equal(passed, 2);
  });

  it("rejects with the reason when waiting is given up", async () => {
    const gate = new RestGate();
    const given = new AbortController();
    gate.set("host", true);
    const waiting = gate.pass(given.signal);
    given.abort(new Error("closed"));
    await assert.rejects(waiting, /closed/);
    await assert.rejects(gate.pass(given.signal), /closed/);
  });
});
