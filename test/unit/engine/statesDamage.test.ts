import assert from "node:assert/strict";
import { link, readFile, rename, rm, stat, unlink, writeFile } from "node:fs/promises";
import path from "node:path";
import type { SequencePort } from "../../../src/engine/runtime";
import { serializeSidecar, type Sidecar } from "../../../src/engine/states/sidecar";
import type { StateIdentity } from "../../../src/engine/states/stateIdentity";
import { Random } from "../../fixtures/random";
import { altered, bestState, continuation, fillRow, kindsIn, ListLog, openTest, restore, savedRow, testContent, testIdentity, testRow } from "./stateRig";
import { temporaryFolder } from "./temporaryFolder";

const kilobyte = 1024;

interface SoundPair {
  readonly id: string;
  readonly state: Buffer;
  readonly sidecar: Buffer;
  readonly next: readonly number[];
}

/** A small Phi-3 with random weights, whose states have 1 KB for each token. */
describe("damaged states", function () {
  this.timeout(120_000);
  const content = testContent(11, 60);
  const folder = temporaryFolder();
  const rowOf = testRow();
  const otherRowOf = testRow({ seed: 2 });
  let row: SequencePort;
  let sound: SoundPair;

  beforeEach(async () => {
    row = rowOf();
    const { state, next } = await savedRow(await openTest(folder()), row, content);
    sound = { id: state.id, next, state: await readFile(fileOf(state.id, "kv")), sidecar: await readFile(fileOf(state.id, "json")) };
  });

  function fileOf(id: string, kind: "kv" | "json"): string {
    return path.join(folder(), `${id}.${kind}`);
  }

  /** Writes a pair under the sound one's name, as another process or a failing disk might. */
  async function put({ state = sound.state, sidecar = sound.sidecar }: { state?: Uint8Array | undefined; sidecar?: Uint8Array | string | undefined }): Promise<void> {
    await writeFile(fileOf(sound.id, "kv"), state);
    await writeFile(fileOf(sound.id, "json"), sidecar);
  }

  /** Restores from a newly opened folder; the row must hold what was asked for and go on as a fresh evaluation does. */
  async function restored(log = new ListLog()): Promise<{ loaded: boolean; warnings: readonly string[] }> {
    const loaded = await restore(await openTest(folder(), { log }), row, content.tokens);
    return { loaded, warnings: log.warnings() };
  }

  async function expectRemoved(what: string): Promise<void> {
    const { loaded, warnings } = await restored();
    assert.deepEqual([loaded, warnings.length], [false, 1], what);
    assert.match(warnings[0]!, /damaged and was removed/, what);
    assert.deepEqual(await kindsIn(folder()), [], what);
  }

  it("loads the pair while it is sound", async () => {
    await put({});
    assert.deepEqual(await restored(), { loaded: true, warnings: [] });
    assert.deepEqual(await continuation(row), sound.next);
  });

  it("removes a state cut at any kilobyte, and evaluates", async () => {
    assert.ok(sound.state.length > 60 * kilobyte);
    for (let length = 0; length < sound.state.length; length += kilobyte) {
      await put({ state: sound.state.subarray(0, length) });
      await expectRemoved(`cut at ${length} bytes`);
    }
    assert.deepEqual(await continuation(row), sound.next);
  });

  it("removes a state that is longer than it was", async () => {
    await put({ state: Buffer.concat([sound.state, Buffer.alloc(16)]) });
    await expectRemoved("longer");
  });

  it("removes a state with a flipped bit, in every quarter of a kilobyte", async () => {
    const random = new Random(12);
    for (let at = 0; at < sound.state.length; at += kilobyte / 4) {
      const flipped = Buffer.from(sound.state);
      const place = Math.min(at + random.below(kilobyte / 4), flipped.length - 1);
      flipped[place]! ^= 1 << random.below(8);
      await put({ state: flipped });
      await expectRemoved(`flipped at ${place}`);
    }
    assert.deepEqual(await continuation(row), sound.next);
  });

  it("removes a state whose sidecar is cut anywhere", async () => {
    // The last byte is the end of the line.
    for (let length = 0; length < sound.sidecar.length - 1; length += 16) {
      await put({ sidecar: sound.sidecar.subarray(0, length) });
      await expectRemoved(`sidecar cut at ${length}`);
    }
  });

  it("never loads wrongly with a sidecar that has a flipped bit", async () => {
    const random = new Random(13);
    for (let at = 0; at < sound.sidecar.length - 1; at += 8) {
      const flipped = Buffer.from(sound.sidecar);
      const place = Math.min(at + random.below(8), flipped.length - 2);
      flipped[place]! ^= 1 << random.below(8);
      await put({ sidecar: flipped });
      const { loaded } = await restored();
      assert.equal(loaded, false, `flipped at ${place}: ${flipped.toString().slice(Math.max(0, place - 20), place + 20)}`);
    }
    assert.deepEqual(await continuation(row), sound.next);
  });

  const changes: readonly [what: string, change: Partial<Sidecar>][] = [
    ["a token beyond the vocabulary", { tokens: content.tokens.with(2, 40_000) }],
    ["another token", { tokens: content.tokens.with(2, 2000) }],
    ["a negative token", { tokens: content.tokens.with(2, -1) }],
    ["half a token", { tokens: content.tokens.with(2, 1.5) }],
    ["no tokens", { tokens: [], parts: [] }],
    ["fewer tokens", { tokens: content.tokens.slice(0, -1) }],
    ["more tokens", { tokens: [...content.tokens, 5] }],
    ["more tokens than the context has", { tokens: [...content.tokens, ...testContent(1, 500).tokens] }],
    ["parts longer than the tokens", { parts: [...content.parts, { key: "long", length: 60 }] }],
    ["two parts of one name", { parts: content.parts.map(() => ({ key: "same", length: 1 })) }],
    ["another size", { bytes: 5 }],
    ["another hash", { sha256: "0".repeat(64) }],
    ["no hash", { sha256: "" }],
  ];
  for (const [what, change] of changes) {
    it(`removes a state whose sidecar has ${what}, checksum and all`, async () => {
      const { body } = JSON.parse(sound.sidecar.toString()) as { body: Sidecar };
      await put({ sidecar: serializeSidecar({ ...body, ...change }) });
      await restored();
      assert.deepEqual(await kindsIn(folder()), []);
      assert.deepEqual(await continuation(row), sound.next);
    });
  }

  const strangers: readonly [what: string, text: string][] = [
    ["nothing", ""],
    ["null", "null"],
    ["a list", "[1, 2]"],
    ["another program's settings", `{"name": "other", "version": "1.0.0"}`],
    ["deep nesting", "[".repeat(100_000)],
    ["zeros", "\0".repeat(4096)],
  ];
  for (const [what, text] of strangers) {
    it(`removes a state whose sidecar is ${what}`, async () => {
      await put({ sidecar: text });
      await expectRemoved(what);
    });
  }

  it("leaves a state of a later version of the format alone", async () => {
    await put({ sidecar: sound.sidecar.toString().replace(`"version":1`, `"version":2`) });
    assert.deepEqual(await restored(), { loaded: false, warnings: [] });
    assert.deepEqual(await kindsIn(folder()), [".json", ".kv"]);
  });

  const others: readonly Partial<StateIdentity>[] = [
    { modelHash: "n" },
    { libraryVersion: "4" },
    { sequences: 2 },
    { contextSize: 1024 },
    { kvCacheType: "q8_0" },
    { flashAttention: true },
    { device: "cuda" },
    { gpuLayers: 3 },
  ];
  for (const other of others) {
    it(`leaves a state alone that belongs elsewhere: ${JSON.stringify(other)}`, async () => {
      const log = new ListLog();
      const states = await openTest(folder(), { log, identity: { ...testIdentity, ...other } });
      assert.equal(await restore(states, row, content.tokens), false);
      assert.deepEqual([log.warnings(), await kindsIn(folder())], [[], [".json", ".kv"]]);
      assert.deepEqual(await continuation(row), sound.next);
    });
  }

  it("neither takes a state of another model nor loads it under a sidecar of its own", async () => {
    const theirs = await openTest(folder(), { identity: { ...testIdentity, modelHash: "n" } });
    const { state } = await savedRow(theirs, otherRowOf(), content, "b");
    assert.deepEqual(await restored(), { loaded: true, warnings: [] });
    assert.deepEqual(await continuation(row), sound.next);
    // The same tokens in the same shape: the library would load it, and go on differently.
    await put({ state: await readFile(fileOf(state.id, "kv")) });
    const { loaded, warnings } = await restored();
    assert.deepEqual([loaded, warnings.length], [false, 1]);
    assert.deepEqual(await continuation(row), sound.next);
    assert.deepEqual(await kindsIn(folder()), [".json", ".kv"]);
  });

  it("removes a half pair", async () => {
    await rm(fileOf(sound.id, "json"));
    assert.deepEqual(await restored(), { loaded: false, warnings: [] });
    assert.deepEqual(await kindsIn(folder()), []);
    await writeFile(fileOf(sound.id, "json"), sound.sidecar);
    assert.deepEqual(await restored(), { loaded: false, warnings: [] });
    assert.deepEqual(await kindsIn(folder()), []);
  });

  it("evaluates when the files go between looking and loading", async () => {
    for (const kind of ["kv", "json"] as const) {
      await put({});
      const states = await openTest(folder(), { log: new ListLog() });
      const { state } = bestState(states, content.tokens)!;
      await rm(fileOf(sound.id, kind));
      // Verified against what was read of it before, a state does not need its sidecar any more.
      assert.equal((await states.load(state, row)) !== undefined, kind === "json");
      assert.equal(bestState(states, content.tokens), undefined);
      await rm(fileOf(sound.id, kind === "kv" ? "json" : "kv"));
    }
  });

  it("finds damage done while the folder is open", async () => {
    const log = new ListLog();
    const states = await openTest(folder(), { log });
    await put({ state: sound.state.with(5000, sound.state[5000]! ^ 1) });
    assert.equal(await restore(states, row, content.tokens), false);
    assert.match(log.warnings().join(), /SHA-256 differs/);
    assert.deepEqual(await kindsIn(folder()), []);
    assert.deepEqual(await continuation(row), sound.next);
  });

  it("loads the file it verified, whatever takes its name meanwhile", async () => {
    const states = await openTest(folder());
    const swapping = altered(row, {
      loadState: async (file) => {
        await writeFile(`${fileOf(sound.id, "kv")}.other`, Buffer.alloc(sound.state.length));
        await rename(`${fileOf(sound.id, "kv")}.other`, fileOf(sound.id, "kv"));
        return row.loadState(file);
      },
    });
    assert.ok(await states.load(bestState(states, content.tokens)!.state, swapping));
    assert.deepEqual(await continuation(row), sound.next);
  });

  it("empties the row when the very file was written to while it was read", async () => {
    const log = new ListLog();
    const states = await openTest(folder(), { log });
    const writing = altered(row, {
      loadState: async (file) => {
        const tokens = await row.loadState(file);
        await writeFile(fileOf(sound.id, "kv"), Buffer.alloc(sound.state.length));
        return tokens;
      },
    });
    assert.equal(await states.load(bestState(states, content.tokens)!.state, writing), undefined);
    assert.equal(row.length, 0);
    assert.match(log.warnings().join(), /changed while it was read/);
  });

  it("removes no sound state when the library refuses it, and does not offer it again", async () => {
    const log = new ListLog();
    const states = await openTest(folder(), { log });
    const refusing = altered(row, { loadState: () => Promise.reject(new Error("no")) });
    assert.equal(await states.load(bestState(states, content.tokens)!.state, refusing), undefined);
    assert.equal(bestState(states, content.tokens), undefined);
    assert.deepEqual([log.warnings().length, await kindsIn(folder())], [1, [".json", ".kv"]]);
  });

  it("leaves no name of its own behind", async () => {
    const states = await openTest(folder());
    const { state } = bestState(states, content.tokens)!;
    let links = 0;
    await states.load(state, altered(row, { loadState: async (file) => ((links = (await stat(file)).nlink), row.loadState(file)) }));
    assert.equal(links, 2);
    assert.equal((await stat(fileOf(sound.id, "kv"))).nlink, 1);
    await link(fileOf(sound.id, "kv"), path.join(folder(), "theirs.kv"));
    await unlink(fileOf(sound.id, "kv"));
    await openTest(folder());
    assert.deepEqual((await kindsIn(folder())), [".kv"]);
  });

  it("holds the row's own tokens when nothing could be loaded", async () => {
    await put({ state: Buffer.alloc(10) });
    await fillRow(row, testContent(15, 30).tokens);
    const states = await openTest(folder(), { log: new ListLog() });
    assert.equal(await states.load(bestState(states, content.tokens)!.state, row), undefined);
    assert.equal(row.length, 30);
  });
});
