import assert from "node:assert/strict";
import { mkdir, readdir, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { removeLeftovers } from "../../../src/engine/states/leftovers";
import { openSavedStates, type SavedStatesOptions } from "../../../src/engine/states/openSavedStates";
import type { SavedState, SavedStates } from "../../../src/engine/states/savedStates";
import { StateFolder } from "../../../src/engine/states/stateFolder";
import { FakeRow, type FakeRowOptions } from "./fakeRow";
import { bestState, filesIn, freeCosts, kindsIn, ListLog, openTest, strictLog, testContent, testIdentity } from "./stateRig";
import { temporaryFolder } from "./temporaryFolder";

/** A thousand tokens of the fake row and their sidecar take about 110 KB. */
const bytesPerToken = 100;

describe("folder of saved states", () => {
  const folder = temporaryFolder();
  const identity = { ...testIdentity, contextSize: 8192 };
  const open = (options: Partial<SavedStatesOptions> = {}) => openTest(folder(), { bytesPerToken, identity, ...options });

  const plainOptions = () => ({ directory: folder(), identity, vocabularySize: 32_064, bytesPerToken, budgetBytes: () => 1e9, log: strictLog });

  async function saved(states: SavedStates, conversation: string, tokens: readonly number[], row: FakeRowOptions = {}): Promise<SavedState | undefined> {
    return states.save(conversation, new FakeRow(tokens, { bytesPerToken, ...row }), { tokens, parts: [] });
  }

  /** Ages of states hang on file times; this makes one older than any other. */
  async function age(state: SavedState, seconds: number): Promise<void> {
    const then = Date.now() / 1000 - seconds;
    for (const kind of ["kv", "json"]) await utimes(path.join(folder(), `${state.id}.${kind}`), then, then);
  }

  async function idsIn(): Promise<readonly string[]> {
    return (await filesIn(folder())).filter((name) => name.endsWith(".kv")).map((name) => name.slice(0, -3));
  }

  async function bytesIn(): Promise<number> {
    const sizes = await Promise.all((await readdir(folder())).map(async (name) => (await stat(path.join(folder(), name))).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  const { tokens } = testContent(1, 1000);

  it("makes no folder before something is saved", async () => {
    const directory = path.join(folder(), "deep", "kv");
    const states = await openTest(directory, { identity });
    assert.deepEqual([bestState(states, tokens), states.all(), await filesIn(folder())], [undefined, [], []]);
    await states.forget("a");
    assert.ok(await saved(states, "a", tokens));
    assert.equal((await stat(directory)).mode & 0o077, 0);
  });

  it("opens an unusable place without a state", async () => {
    await writeFile(path.join(folder(), "file"), "");
    const log = new ListLog();
    const states = await openTest(path.join(folder(), "file", "kv"), { log, identity });
    assert.deepEqual([bestState(states, tokens), await saved(states, "a", tokens)], [undefined, undefined]);
    assert.equal(log.warnings().length, 1);
  });

  it("finds the state with the longest common front, of any conversation", async () => {
    const states = await open();
    await saved(states, "a", tokens.slice(0, 100));
    await saved(states, "b", [...tokens.slice(0, 150), 5]);
    await saved(states, "c", tokens.slice(0, 120));
    const found = bestState(states, tokens);
    assert.deepEqual([found?.state.conversation, found?.common], ["b", 150]);
    assert.equal(bestState(states, testContent(2, 50).tokens), undefined);
  });

  it("replaces the states of the conversation that a new one extends, and no others", async () => {
    const states = await open();
    const branch = [...tokens.slice(0, 100), 5];
    await saved(states, "a", tokens.slice(0, 100));
    await saved(states, "b", tokens.slice(0, 50));
    await saved(states, "a", branch);
    await saved(states, "a", tokens.slice(0, 200));
    const kept = states.all().map(({ conversation, tokens: held }) => [conversation, held.length]);
    assert.deepEqual(kept.toSorted(), [["a", 101], ["a", 200], ["b", 50]]);
    assert.equal((await idsIn()).length, 3);
  });

  it("writes nothing that is saved already", async () => {
    const states = await open();
    await saved(states, "a", tokens);
    const row = new FakeRow(tokens.slice(0, 900));
    assert.equal(await states.save("a", row, { tokens: row.tokens, parts: [] }), undefined);
    assert.equal(row.saves, 0);
    const cut = { tokens: tokens.slice(0, 900), parts: [{ key: "new", length: 7 }] };
    assert.ok(await states.save("a", row, cut), "its parts are not known yet");
    assert.ok(await states.save("b", row, cut), "of another conversation");
  });

  it("saves a conversation once when two ask at once", async () => {
    const states = await open();
    const rows = [new FakeRow(tokens, { pieces: 4, pieceMs: 1 }), new FakeRow(tokens)];
    const results = await Promise.all(rows.map((row) => states.save("a", row, { tokens, parts: [] })));
    assert.deepEqual(results.map((state) => state !== undefined), [true, false]);
    assert.deepEqual(rows.map(({ saves }) => saves), [1, 0]);
  });

  it("keeps a few branches of a conversation, those used last", async () => {
    const states = await open();
    const branches = Array.from({ length: 6 }, (_, at) => [...tokens.slice(0, 10), at]);
    const first = await saved(states, "a", branches[0]!);
    await age(first!, 50);
    for (const branch of branches.slice(1, 4)) await saved(states, "a", branch);
    assert.ok(await states.load(first!, new FakeRow()));
    for (const branch of branches.slice(4)) await saved(states, "a", branch);
    const kept = states.all().map((state) => state.tokens.at(-1)!);
    assert.equal(kept.length, 4);
    assert.ok(kept.includes(0) && kept.includes(5), `kept ${kept.join()}`);
  });

  it("saves nothing with a budget of 0, and removes what an earlier budget allowed", async () => {
    let budget = 1e9;
    const log = new ListLog();
    const states = await open({ budgetBytes: () => budget, log });
    await saved(states, "a", tokens);
    budget = 0;
    assert.equal(await saved(states, "b", tokens), undefined);
    assert.deepEqual([await filesIn(folder()), bestState(states, tokens)], [[], undefined]);
    assert.match(log.lines.map(({ message }) => message).join("\n"), /the budget is 0/);
  });

  it("finds nothing worth a state that the budget has no room for", async () => {
    let budget = 0;
    const states = await open({ budgetBytes: () => budget });
    assert.equal(states.savingPays(8), false);
    budget = 1e9;
    assert.equal(states.savingPays(8), true);
    budget = 8 * bytesPerToken;
    assert.equal(states.savingPays(8), false);
  });

  it("lets nobody else read what was said, whoever made the folder", async () => {
    const directory = path.join(folder(), "shared");
    await mkdir(directory, { mode: 0o755 });
    const states = await open({ directory });
    const content = testContent(1, 16);
    assert.ok(await states.save("a", new FakeRow(content.tokens), content));
    const modes = await Promise.all((await filesIn(directory)).map(async (name) => (await stat(path.join(directory, name))).mode & 0o777));
    // Windows keeps no such modes.
    assert.deepEqual(modes, process.platform === "win32" ? [0o666, 0o666] : [0o600, 0o600]);
  });

  it("removes what is over the budget when it opens", async () => {
    await saved(await open(), "a", tokens);
    const states = await open({ budgetBytes: () => 1000 });
    assert.deepEqual([await filesIn(folder()), states.all()], [[], []]);
  });

  it("keeps within the budget, the states of all models together, and drops the one used longest ago", async () => {
    const budget = 400e3;
    const states = await open({ budgetBytes: () => budget });
    const theirs = await open({ budgetBytes: () => budget, identity: { ...identity, modelHash: "n" } });
    const old = (await saved(states, "a", testContent(1, 1000).tokens))!;
    const other = (await saved(theirs, "b", testContent(2, 1000).tokens))!;
    const third = (await saved(states, "c", testContent(3, 1000).tokens))!;
    await age(old, 300);
    await age(other, 200);
    await age(third, 100);
    assert.ok(await states.load(old, new FakeRow()), "is used now");
    const fourth = (await saved(states, "d", testContent(4, 1000).tokens))!;
    assert.deepEqual((await idsIn()).toSorted(), [old.id, third.id, fourth.id].toSorted());
    assert.ok((await bytesIn()) <= budget);
  });

  it("gives the conversation's own outdated state away before others", async () => {
    const states = await open({ budgetBytes: () => 350e3 });
    const old = (await saved(states, "a", testContent(1, 1000).tokens))!;
    await age(old, 300);
    const outdated = (await saved(states, "b", tokens.slice(0, 900).with(0, 5)))!;
    const next = (await saved(states, "b", tokens.with(0, 5)))!;
    assert.deepEqual((await idsIn()).toSorted(), [old.id, next.id].toSorted());
    assert.equal(await states.load(outdated, new FakeRow()), undefined);
  });

  it("does not empty the folder for a state that exceeds the whole budget", async () => {
    const log = new ListLog();
    const states = await open({ budgetBytes: () => 200e3, log });
    await saved(states, "a", tokens);
    assert.equal(await saved(states, "b", testContent(2, 5000).tokens), undefined);
    assert.equal((await idsIn()).length, 1);
    assert.match(log.lines.map(({ message }) => message).join("\n"), /it takes 0\.6 MB, the budget is 0\.2 MB/);
  });

  it("ends within the budget when a state turns out larger than expected", async () => {
    const states = await open({ budgetBytes: () => 250e3 });
    await saved(states, "a", tokens);
    await saved(states, "b", tokens.with(0, 1), { bytesPerToken: 400 });
    assert.ok((await bytesIn()) <= 250e3);
  });

  it("leaves the disk its reserve", async () => {
    const log = new ListLog();
    const states = await open({ freeBytes: () => Promise.resolve(1e9 + 50e3), log });
    assert.ok(await saved(states, "a", tokens.slice(0, 100)));
    assert.equal(await saved(states, "b", tokens), undefined);
    assert.match(log.lines.map(({ message }) => message).join("\n"), /the disk has 1000 MB left/);
  });

  it("saves when the free space is not known", async () => {
    const states = await open({ freeBytes: () => Promise.reject(new Error("not supported")) });
    assert.ok(await saved(states, "a", tokens));
  });

  it("asks the system for the free space by default", async () => {
    const log = new ListLog();
    const states = await openSavedStates({ ...plainOptions(), bytesPerToken: 1e13, budgetBytes: () => Infinity, costs: freeCosts, log });
    assert.equal(await saved(states, "a", tokens), undefined);
    assert.match(log.lines.map(({ message }) => message).join("\n"), /the disk has \d+ MB left/);
  });

  it("leaves nothing of a write that fills the disk", async () => {
    const log = new ListLog();
    const states = await open({ log });
    const older = await saved(states, "a", tokens.slice(0, 500));
    assert.equal(await saved(states, "a", tokens, { diskFullAfter: 50_000 }), undefined);
    assert.match(log.warnings().join(), /ENOSPC/);
    assert.deepEqual(await idsIn(), [older!.id]);
    assert.deepEqual(await kindsIn(folder()), [".json", ".kv"]);
    assert.ok(await saved(states, "a", tokens), "there is room again");
  });

  it("notices a write that the disk cut without a word", async () => {
    const log = new ListLog();
    const states = await open({ log });
    const row = new FakeRow(tokens);
    row.saveState = async (file) => {
      await writeFile(file, Buffer.alloc(1000));
      return 100_000;
    };
    assert.equal(await states.save("a", row, { tokens, parts: [] }), undefined);
    assert.match(log.warnings().join(), /1000 of its 100000 bytes/);
    assert.deepEqual(await filesIn(folder()), []);
  });

  it("forgets a conversation: its states, those of other models, and a save under way", async () => {
    const states = await open();
    const theirs = await open({ identity: { ...identity, modelHash: "n" } });
    await saved(states, "a", tokens);
    await saved(states, "a", tokens.with(5, 1));
    await saved(theirs, "a", tokens);
    const kept = await saved(states, "b", tokens);
    const saving = saved(states, "a", tokens.with(6, 1), { pieces: 5, pieceMs: 2 });
    await states.forget("a");
    assert.equal(await saving, undefined);
    assert.deepEqual(await idsIn(), [kept!.id]);
    assert.deepEqual(await kindsIn(folder()), [".json", ".kv"]);
    assert.ok(await saved(states, "a", tokens), "the conversation may begin again");
  });

  it("sees what another store saves and removes", async () => {
    const [one, two] = [await open(), await open()];
    const state = await saved(one, "a", tokens);
    assert.equal(bestState(two, tokens)?.state.id, state!.id);
    assert.ok(await two.load(bestState(two, tokens)!.state, new FakeRow()));
    await one.forget("a");
    assert.equal(bestState(two, tokens), undefined);
    assert.equal(await two.load(state!, new FakeRow()), undefined);
  });

  it("says how many states are not this model's", async () => {
    await saved(await open({ identity: { ...identity, libraryVersion: "4" } }), "a", tokens);
    const log = new ListLog();
    assert.deepEqual((await open({ log })).all(), []);
    assert.deepEqual(log.lines.map(({ level, message }) => `${level}: ${message.slice(0, 30)}`), ["info: 1 saved states are of another "]);
  });

  it("goes on where files can be neither read nor removed, and says it once", async () => {
    await writeFile(path.join(folder(), "1-0123456789abcdef.kv"), "");
    await mkdir(path.join(folder(), "1-0123456789abcdef.json"));
    const log = new ListLog();
    const states = await open({ log, budgetBytes: () => 120e3 });
    for (let i = 0; i < 3; i++) assert.equal(bestState(states, tokens), undefined);
    assert.match(log.warnings().join("\n"), /^The KV state 1-0123456789abcdef cannot be read: EISDIR[^\n]*$/);
    assert.ok(await saved(states, "a", tokens.slice(0, 500)));
    assert.ok(bestState(states, tokens));
  });

  it("neither counts nor removes what is not its own", async () => {
    for (const name of ["notes.txt", "1-0123.kv", "x-0123456789abcdef.kv"]) await writeFile(path.join(folder(), name), Buffer.alloc(500e3));
    await mkdir(path.join(folder(), "1-0123456789abcdef.json"));
    const states = await open({ budgetBytes: () => 200e3, log: new ListLog() });
    await saved(states, "a", tokens);
    assert.ok(bestState(states, tokens));
    assert.ok((await filesIn(folder())).includes("notes.txt"));
  });

  describe("leftovers", () => {
    /** No process has it: numbers end below it. */
    const dead = 2 ** 22 + 1;
    /** Lives as long as this test. */
    const alive = process.ppid;
    const name = (pid: number, kind: string) => `${pid}-0123456789abcdef.${kind}`;
    const hour = 3600_000;
    const cases: readonly [what: string, file: string, ageMs: number, stays: boolean][] = [
      ["temporary files of ended processes", name(dead, "kv.tmp"), 0, false],
      ["sidecars of ended processes", name(dead, "json.tmp"), 0, false],
      ["names of ended readers", name(dead, "link.tmp"), 0, false],
      ["states without a sidecar", name(dead, "kv"), 0, false],
      ["sidecars without a state", name(dead, "json"), 0, false],
      ["temporary files of its own that it does not work on", name(process.pid, "kv.tmp"), 0, false],
      ["temporary files of live processes", name(alive, "kv.tmp"), 12 * hour, true],
      ["temporary files older than any write", name(alive, "kv.tmp"), 25 * hour, false],
      ["states of live processes that wait for their sidecar", name(alive, "kv"), 0, true],
      ["states that have waited too long for it", name(alive, "kv"), hour, false],
    ];
    for (const [what, file, ageMs, stays] of cases) {
      it(`${stays ? "keeps" : "removes"} ${what}`, async () => {
        await writeFile(path.join(folder(), file), "");
        await removeLeftovers(new StateFolder(folder(), strictLog), Date.now() + ageMs);
        assert.deepEqual(await filesIn(folder()), stays ? [file] : []);
      });
    }

    it("are removed at the next opening", async () => {
      await writeFile(path.join(folder(), name(dead, "kv.tmp")), "");
      await open();
      assert.deepEqual(await filesIn(folder()), []);
    });
  });

  it("begins with the prefill rate that an earlier process measured", async () => {
    const first = await openSavedStates(plainOptions());
    first.evaluated(1000, 1e6);
    const state = await saved(first, "a", tokens);
    assert.ok(state);
    // A second to evaluate a token against some milliseconds to read it.
    assert.ok((await openSavedStates(plainOptions())).loadingPays(state, 1));
    const fresh = await openSavedStates({ ...plainOptions(), directory: path.join(folder(), "fresh") });
    fresh.evaluated(1e6, 1000);
    assert.ok(!fresh.loadingPays(state, 1));
    assert.ok(!fresh.savingPays(1));
  });
});
