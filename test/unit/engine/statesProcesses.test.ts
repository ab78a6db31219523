import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { build } from "esbuild";
import { cacheFolder, repositoryRoot } from "../../fixtures/repository";
import { Random } from "../../fixtures/random";
import { FakeRow } from "./fakeRow";
import { continuation, fillRow, filesIn, openTest, testRow } from "./stateRig";
import { temporaryFolder } from "./temporaryFolder";

describe("saved states and other processes", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const rowOf = testRow();
  const entry = path.join(cacheFolder(), `state-worker-${process.pid}.mjs`);
  const children: ChildProcess[] = [];

  before(async () => {
    const worker = path.join(repositoryRoot(), "test", "unit", "engine", "stateWorker.ts");
    await build({ entryPoints: [worker], outfile: entry, bundle: true, platform: "node", format: "esm", packages: "external" });
  });
  after(() => rm(entry, { force: true }));
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  function start(role: string, seed: number): ChildProcess {
    const child = spawn(process.execPath, [entry, role, folder(), String(seed)], { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    return child;
  }

  /** Kills a process some time after it has saved a number of states. */
  async function killAmidSave(child: ChildProcess, states: number, delayMs: number): Promise<void> {
    let saved = 0;
    for await (const line of createInterface({ input: child.stdout! })) {
      assert.equal(line, "saved");
      if (++saved === states) break;
    }
    await setTimeout(delayMs);
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }

  function halves(names: readonly string[]): readonly string[] {
    return names.filter((name) => !/^\d+-[0-9a-f]{16}\.(kv|json)$/.test(name) || !names.includes(name.endsWith(".kv") ? name.replace(/kv$/, "json") : name.replace(/json$/, "kv")));
  }

  it("find only whole states, and no leftovers, after a process was killed while it saved", async () => {
    const random = new Random(21);
    let interrupted = 0;
    for (let round = 0; round < 15; round++) {
      await killAmidSave(start("write", round * 3), 1 + random.below(4), random.below(25));
      if (halves(await filesIn(folder())).length > 0) interrupted++;
      const states = await openTest(folder());
      assert.deepEqual(halves(await filesIn(folder())), []);
      assert.ok(states.all().length > 0);
      for (const state of states.all()) assert.deepEqual((await states.load(state, new FakeRow()))?.tokens, state.tokens);
    }
    assert.ok(interrupted > 0, "no kill met a save");
  });

  it("restore what a killed process saved of a model with random weights", async () => {
    const row = rowOf();
    for (const [round, delayMs] of [3, 1].entries()) {
      await killAmidSave(start("writeModel", round), 3, delayMs);
      const states = await openTest(folder());
      assert.ok(states.all().length > 0);
      for (const state of states.all()) {
        await fillRow(row, state.tokens);
        const next = await continuation(row);
        assert.ok(await states.load(state, row));
        assert.deepEqual(await continuation(row), next);
      }
    }
  });

  it("share a folder that others save to, load from and clear at the same time", async () => {
    const players = [31, 32, 33].map((seed) => start("play", seed));
    const results = await Promise.all(
      players.map(async (player) => {
        const lines: string[] = [];
        for await (const line of createInterface({ input: player.stdout! })) lines.push(line);
        if (player.exitCode === null && player.signalCode === null) await once(player, "exit");
        return { code: player.exitCode, loads: Number(lines[0]) };
      }),
    );
    assert.deepEqual(results.map(({ code }) => code), [0, 0, 0]);
    assert.ok(results.some(({ loads }) => loads > 0));
    const states = await openTest(folder());
    assert.deepEqual(halves(await filesIn(folder())), []);
    for (const state of states.all()) assert.ok(await states.load(state, new FakeRow()));
  });
});
