import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { throwingLog } from "../../../src/common/log";
import { WriterLock } from "../../../src/rag/writerLock";
import { temporaryFolder } from "./workspace";

/** A lock as a process leaves it behind that ends without giving it back. */
function leftBehind(pid: number, host = os.hostname(), ageMs = 2_000): string {
  const folder = temporaryFolder();
  const file = path.join(folder, "writer.lock");
  mkdirSync(file);
  writeFileSync(path.join(folder, "writer.owner"), `${pid} ${host}`);
  const at = (Date.now() - ageMs) / 1000;
  utimesSync(file, at, at);
  return folder;
}

function endedPid(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

describe("writer lock", () => {
  it("is one process's at a time, and counts its turns", async () => {
    const folder = temporaryFolder();
    const [first, second] = [new WriterLock(folder, throwingLog), new WriterLock(folder, throwingLog)];
    assert.deepEqual([await first.tryAcquire(), await first.tryAcquire(), await second.tryAcquire()], [true, true, false]);
    await first.release();
    assert.deepEqual([await second.tryAcquire(), await first.tryAcquire(), first.turn, second.turn], [true, false, 1, 1]);
    await second.release();
  });

  it("is had by all parts of a process that try at once", async () => {
    for (const folder of [temporaryFolder(), leftBehind(endedPid()), leftBehind(endedPid(), os.hostname(), 60_000)]) {
      const lock = new WriterLock(folder, throwingLog);
      assert.deepEqual(await Promise.all([lock.tryAcquire(), lock.tryAcquire(), lock.tryAcquire()]), [true, true, true]);
      assert.equal(lock.turn, 1);
      await lock.release();
    }
  });

  it("is taken at once from a process that has ended, by one of those who try", async () => {
    const folder = leftBehind(endedPid());
    const locks = Array.from({ length: 5 }, () => new WriterLock(folder, throwingLog));
    const got = await Promise.all(locks.map((lock) => lock.tryAcquire()));
    assert.equal(got.filter(Boolean).length, 1);
    await Promise.all(locks.map((lock) => lock.release()));
  });

  const kept: readonly [string, () => string][] = [
    ["a process that runs", () => leftBehind(process.pid)],
    ["a process of another machine", () => leftBehind(endedPid(), "elsewhere")],
    ["one who has just taken it, and has not left its name yet", () => leftBehind(endedPid(), os.hostname(), 0)],
  ];
  for (const [owner, make] of kept) {
    it(`is left to ${owner}`, async () => assert.equal(await new WriterLock(make(), throwingLog).tryAcquire(), false));
  }
});
