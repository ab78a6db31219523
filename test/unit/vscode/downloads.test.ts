import assert from "node:assert/strict";
import { AsyncQueue } from "../../../src/common/asyncQueue";
import { HearthError } from "../../../src/common/errors";
import type { DownloadProgress } from "../../../src/engine/ports";
import { Downloads } from "../../../src/vscode/downloads";

/** An engine whose downloads the test feeds; each remembers what became of it. */
class FakeSource {
  readonly queues = new Map<string, AsyncQueue<DownloadProgress>>();
  readonly events: string[] = [];

  async *download(model: string, signal: AbortSignal): AsyncGenerator<DownloadProgress, void, undefined> {
    this.events.push(`start ${model}`);
    const queue = new AsyncQueue<DownloadProgress>();
    this.queues.set(model, queue);
    signal.addEventListener("abort", () => queue.end(), { once: true });
    yield* queue;
  }

  discardDownload(model: string): Promise<void> {
    this.events.push(`discard ${model}`);
    return Promise.resolve();
  }

  push(model: string, receivedBytes: number): void {
    this.queues.get(model)!.push({ receivedBytes, totalBytes: 100, phase: "download" });
  }
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

describe("downloads", () => {
  function setUp() {
    const source = new FakeSource();
    const downloads = new Downloads(source);
    return { source, downloads };
  }

  it("run beside each other; the one of the model in question is shown, else the last that was started", async () => {
    const { source, downloads } = setUp();
    const both = [downloads.start("a"), downloads.start("b")];
    await soon();
    assert.deepEqual([downloads.shown("a")?.model, downloads.shown("b")?.model, downloads.shown("c")?.model], ["a", "b", "b"]);
    source.queues.get("a")!.end();
    source.queues.get("b")!.end();
    assert.deepEqual(await Promise.all(both), [true, true]);
    assert.deepEqual([downloads.shown("a"), downloads.isRunning], [undefined, false]);
  });

  it("are paused with what has come, and go on from there", async () => {
    const { source, downloads } = setUp();
    const first = downloads.start("a");
    await soon();
    source.push("a", 40);
    await soon();
    downloads.pause("a");
    assert.equal(await first, false);
    assert.deepEqual(downloads.shown("a"), { model: "a", receivedBytes: 40, totalBytes: 100, phase: "download", paused: true });
    const second = downloads.start("a");
    assert.deepEqual(downloads.shown("a"), { model: "a", receivedBytes: 40, totalBytes: 100, phase: "download", paused: false });
    await soon();
    source.queues.get("a")!.end();
    assert.equal(await second, true);
    assert.deepEqual(source.events, ["start a", "start a"]);
  });

  it("are removed when they are cancelled, running or paused", async () => {
    const { source, downloads } = setUp();
    const running = downloads.start("a");
    await soon();
    await downloads.cancel("a");
    assert.equal(await running, false);
    const paused = downloads.start("b");
    await soon();
    downloads.pause("b");
    await paused;
    await downloads.cancel("b");
    assert.deepEqual(source.events, ["start a", "discard a", "start b", "discard b"]);
    assert.deepEqual([downloads.shown("a"), downloads.shown("b")], [undefined, undefined]);
  });

  it("are started once, however often they are asked for", async () => {
    const { source, downloads } = setUp();
    const first = downloads.start("a");
    const second = downloads.start("a");
    await soon();
    source.queues.get("a")!.end();
    assert.deepEqual(await Promise.all([first, second]), [true, false]);
    assert.deepEqual(source.events, ["start a"]);
  });

  it("go on when that is asked for before the pause has ended", async () => {
    const { source, downloads } = setUp();
    const first = downloads.start("a");
    await soon();
    downloads.pause("a");
    const second = downloads.start("a");
    assert.equal(await first, false);
    await soon();
    assert.equal(downloads.shown("a")?.paused, false);
    source.queues.get("a")!.end();
    assert.equal(await second, true);
    assert.deepEqual(source.events, ["start a", "start a"]);
  });

  it("begin anew after a cancel, when what had come is gone", async () => {
    const { source, downloads } = setUp();
    const removal = Promise.withResolvers<void>();
    source.discardDownload = (model) => removal.promise.then(() => void source.events.push(`discard ${model}`));
    void downloads.start("a");
    await soon();
    const cancelled = downloads.cancel("a");
    const second = downloads.start("a");
    await soon();
    removal.resolve();
    await cancelled;
    await soon();
    source.queues.get("a")!.end();
    assert.equal(await second, true);
    assert.deepEqual(source.events, ["start a", "discard a", "start a"]);
  });

  it("tell why they failed, and are no longer shown", async () => {
    const { source, downloads } = setUp();
    const running = downloads.start("a");
    await soon();
    source.queues.get("a")!.fail(new HearthError("checksum-mismatch", "Other bytes."));
    await assert.rejects(running, /Other bytes/);
    assert.equal(downloads.shown("a"), undefined);
  });
});
