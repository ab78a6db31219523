import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import type { SequencePort } from "../../../src/engine/runtime";
import { altered, bestState, continuation, fillRow, kindsIn, ListLog, openTest, restore, savedRow, testContent, testIdentity, testRow } from "./stateRig";
import { temporaryFolder } from "./temporaryFolder";

/** A small Phi-3 with random weights. */
describe("saved states of a model", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const rowOf = testRow();
  let row: SequencePort;
  before(() => {
    row = rowOf();
  });

  it("brings a row back as it was, in this process and in the next", async () => {
    const content = testContent(1, 40);
    const states = await openTest(folder());
    const { state, next } = await savedRow(states, row, content);
    for (const store of [states, await openTest(folder())]) {
      await fillRow(row, testContent(2, 25).tokens);
      const found = bestState(store, [...content.tokens, 7]);
      assert.deepEqual([found?.state.id, found?.common], [state.id, 40]);
      assert.deepEqual(await store.load(found!.state, row), content);
      assert.equal(row.length, 40);
      assert.deepEqual(await continuation(row), next);
    }
    assert.deepEqual(await kindsIn(folder()), [".json", ".kv"]);
  });

  it("leaves a usable row behind when the library refuses a file", async () => {
    const content = testContent(3, 30);
    const states = await openTest(folder());
    const { next } = await savedRow(states, row, content);
    const quiet = await openTest(folder(), { log: new ListLog() });
    const refusing = altered(row, { loadState: () => row.loadState(path.join(folder(), "missing")) });
    assert.equal(await quiet.load(bestState(quiet, content.tokens)!.state, refusing), undefined);
    assert.equal(row.length, 0);
    await row.prefill(content.tokens);
    assert.deepEqual(await continuation(row), next);
  });

  it("restores a state of which only the front is wanted", async () => {
    const content = testContent(4, 48);
    const states = await openTest(folder());
    await savedRow(states, row, content);
    const wanted = [...content.tokens.slice(0, 20), ...testContent(5, 10).tokens];
    await fillRow(row, wanted);
    const next = await continuation(row);
    assert.equal(bestState(states, wanted)?.common, 20);
    assert.equal(await restore(states, row, wanted), true);
    assert.deepEqual(await continuation(row), next);
  });

  it("does not offer a state whose row differs from its content", async () => {
    const log = new ListLog();
    const states = await openTest(folder(), { log });
    const content = testContent(6, 16);
    await fillRow(row, content.tokens);
    assert.equal(await states.save("a", row, { ...content, tokens: content.tokens.slice(1) }), undefined);
    const lying = { ...content, tokens: content.tokens.with(3, 5) };
    assert.ok(await states.save("a", row, lying));
    assert.equal(await restore(states, row, lying.tokens), false);
    assert.match(log.warnings().join(), /other tokens/);
    assert.deepEqual(await kindsIn(folder()), []);
  });

  it("says when the row is free again, before the state is saved", async () => {
    const states = await openTest(folder());
    const content = testContent(7, 24);
    await fillRow(row, content.tokens);
    const order: string[] = [];
    const saving = states.save("a", row, content, () => order.push("free")).then(() => order.push("saved"));
    await saving;
    assert.deepEqual(order, ["free", "saved"]);
    await states.save("a", row, content, () => order.push("free again"));
    assert.deepEqual(order, ["free", "saved", "free again"]);
  });

  it("logs and goes on when the library cannot write", async () => {
    const log = new ListLog();
    const states = await openTest(folder(), { log });
    const content = testContent(8, 24);
    await fillRow(row, content.tokens);
    const failing = altered(row, { saveState: () => row.saveState(path.join(folder(), "no", "such", "folder")) });
    assert.equal(await states.save("a", failing, content), undefined);
    assert.equal(log.warnings().length, 1);
    assert.deepEqual(await kindsIn(folder()), []);
    assert.ok(await states.save("a", row, content));
  });

  it("goes on when the folder is removed, and makes it again", async () => {
    const states = await openTest(folder());
    const content = testContent(9, 24);
    const { state, next } = await savedRow(states, row, content);
    await rm(folder(), { recursive: true });
    assert.equal(await states.load(state, row), undefined);
    assert.equal(bestState(states, content.tokens), undefined);
    await fillRow(row, content.tokens);
    assert.ok(await states.save("a", row, content));
    assert.equal(await restore(states, row, content.tokens), true);
    assert.deepEqual(await continuation(row), next);
  });

  it("names in the sidecar what the state belongs to and holds", async () => {
    const states = await openTest(folder());
    const content = testContent(10, 16);
    const { state } = await savedRow(states, row, content, "talk");
    const sidecar = JSON.parse(await readFile(path.join(folder(), `${state.id}.json`), "utf8")) as { body: object };
    const { createdAt, sha256, prefillTokensPerSecond, ...rest } = sidecar.body as Record<string, unknown>;
    assert.deepEqual(rest, { ...content, identity: testIdentity, conversation: "talk", bytes: state.bytes });
    assert.match(String(sha256), /^[0-9a-f]{64}$/);
    assert.ok(Number(createdAt) > 0 && Number(prefillTokensPerSecond) > 0);
  });
});
