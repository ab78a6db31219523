import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { silentLog, throwingLog } from "../../../src/common/log";
import { EmbeddingPass } from "../../../src/rag/embeddingPass";
import { WriterLock } from "../../../src/rag/writerLock";
import { EmbeddingRig, NotingEmbeddings } from "./embeddingRig";

async function eventually(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1500 && !isSo(); tries++) await delay(10);
  assert.ok(isSo());
}

describe("embedding pass", () => {
  /** A watch of a battery whose state a test sets. */
  class FakeBattery {
    starts = 0;
    stops = 0;
    isDrained = false;
    tell: (onBattery: boolean) => void = () => undefined;

    readonly watch = (onChange: (onBattery: boolean) => void) => {
      this.tell = onChange;
      const start = () => {
        if (this.starts > this.stops) return Promise.resolve();
        this.starts++;
        onChange(this.isDrained);
        return Promise.resolve();
      };
      return { start, stop: () => (this.stops = this.starts) };
    };
  }

  interface Started {
    readonly rig: EmbeddingRig;
    readonly model: NotingEmbeddings;
    readonly battery: FakeBattery;
    readonly pass: EmbeddingPass;
    readonly lock: WriterLock;
    readonly progress: (readonly [done: number, total: number, secondsLeft: number | undefined])[];
  }

  const open = new Set<{ pass: EmbeddingPass; lock: WriterLock }>();

  afterEach(async () => {
    for (const { pass, lock } of open) {
      await pass.stop();
      await lock.release();
    }
    open.clear();
  });

  function start(lines = 40): Started {
    const rig = new EmbeddingRig({ "a.ts": Array.from({ length: lines }, (_, i) => `word${i}`) });
    const model = new NotingEmbeddings();
    const battery = new FakeBattery();
    const lock = new WriterLock(path.dirname(rig.folder), throwingLog);
    const progress: Started["progress"] = [];
    const pass = new EmbeddingPass({
      embedder: rig.embedder(model),
      lock,
      recency: () => new Map(),
      onProgress: (...now) => progress.push(now),
      onEnd: () => undefined,
      watchPower: battery.watch,
      log: silentLog,
    });
    open.add({ pass, lock });
    return { rig, model, battery, pass, lock, progress };
  }

  it("takes up chunks that changed while the vectors of those before were written, whoever tells of them", async () => {
    for (const tell of [(pass: EmbeddingPass) => pass.start(true), (pass: EmbeddingPass) => Promise.resolve(pass.noteChange())]) await takesUpLate(tell);
  });

  async function takesUpLate(tell: (pass: EmbeddingPass) => Promise<void>): Promise<void> {
    const { rig, model, pass, lock } = start();
    const late: Promise<void>[] = [];
    const tryAcquire = lock.tryAcquire.bind(lock);
    // Whether it may write is asked once more when all is embedded, before the last write.
    lock.tryAcquire = () => {
      if (model.documents.length === 40 && late.length === 0) {
        rig.put("late.ts", ["mongoose"]);
        late.push(tell(pass));
      }
      return tryAcquire();
    };
    await pass.start(true);
    await Promise.all(late);
    assert.equal(late.length, 1);
    assert.equal(model.documents.length, 41);
  }

  it("rests while an answer is written, after the running batch", async () => {
    const { model, pass } = start();
    model.before = () => {
      if (model.batches.length === 0) pass.setResting(true);
      return Promise.resolve();
    };
    const done = pass.start(true);
    await eventually(() => model.batches.length > 0);
    await delay(50);
    assert.equal(model.batches.length, 1);
    pass.setResting(false);
    await done;
    assert.equal(model.documents.length, 40);
  });

  it("rests on battery, but opens the vectors that are there", async () => {
    const { model, battery, pass, rig } = start();
    battery.isDrained = true;
    const done = pass.start(true);
    await eventually(() => battery.starts > 0);
    await delay(50);
    assert.equal(model.batches.length, 0);
    battery.tell(false);
    await done;
    assert.equal(model.documents.length, 40);
    assert.ok(battery.stops > 0);
    assert.ok(existsSync(rig.folder));
  });

  it("does not look at the battery while there is nothing to embed", async () => {
    const { battery, pass } = start(0);
    await pass.start(true);
    assert.equal(battery.starts, 0);
  });

  it("tells no time left while it rests", async () => {
    const { model, pass, progress } = start(200);
    model.before = () => delay(150);
    const done = pass.start(true);
    await eventually(() => progress.at(-1)?.[2] !== undefined);
    const [before = 0, total, secondsLeft = NaN] = progress.at(-1) ?? [];
    assert.equal(total, 200);
    assert.ok(before > 0 && secondsLeft > 0);
    pass.setResting(true);
    assert.equal(progress.at(-1)?.[2], undefined);
    model.before = () => Promise.resolve();
    pass.setResting(false);
    await done;
    assert.equal(model.documents.length, 200);
  }).timeout(20_000);

  it("ends at once when it is stopped, at rest too", async () => {
    const { model, pass } = start();
    pass.setResting(true);
    void pass.start(true);
    await delay(20);
    await pass.stop();
    assert.equal(model.batches.length, 0);
  });

  it("leaves the vectors to the writer, and follows it", async () => {
    const { rig, model, pass } = start();
    const other = new WriterLock(path.dirname(rig.folder), throwingLog);
    assert.equal(await other.tryAcquire(), true);
    try {
      await pass.start(true);
      assert.deepEqual([model.documents.length, pass.leftToOther], [0, true]);
    } finally {
      await other.release();
    }
    await pass.start(true);
    assert.deepEqual([model.documents.length, pass.leftToOther], [40, false]);
  });
});
