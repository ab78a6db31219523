import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { isAbortError } from "../../../src/common/errors";
import { FairQueue, type FairQueueOptions } from "../../../src/service/fairQueue";
import { HttpError } from "../../../src/service/httpErrors";

const never = new AbortController().signal;

/** Requests that end when they are told to; `order` names them as they are let in. */
class Clients {
  readonly order: string[] = [];
  readonly queue: FairQueue;
  readonly #ends = new Map<string, () => void>();

  constructor(options: Partial<FairQueueOptions> = {}) {
    this.queue = new FairQueue({ capacity: () => 1, ...options });
  }

  /** `name` is the client, then what tells its requests apart: "a1", "a2". */
  ask(name: string, signal = never): Promise<string> {
    return this.queue.enter(name[0]!, signal, async () => {
      this.order.push(name);
      await new Promise<void>((resolve) => this.#ends.set(name, resolve));
      return name;
    });
  }

  async end(name: string): Promise<void> {
    const end = this.#ends.get(name);
    assert.ok(end, `${name} is not at work; at work were ${this.order.join(" ")}`);
    end();
    await nextTurn();
  }

  /** Ends whoever is at work until nobody is. */
  async endAll(): Promise<void> {
    for (let at = 0; at < this.order.length; at++) await this.end(this.order[at]!);
  }
}

const status = (expected: number, code: string) => (error: unknown) => error instanceof HttpError && error.status === expected && error.code === code;

describe("FairQueue", () => {
  const turns: readonly [name: string, capacity: number, asked: string, order: string][] = [
    ["one after the other", 1, "a1 b1 c1", "a1 b1 c1"],
    ["a client with many requests has one turn in a round", 1, "a1 a2 a3 a4 b1 c1", "a1 a2 b1 c1 a3 a4"],
    ["so has each of two with many", 1, "a1 a2 a3 b1 b2 b3 c1", "a1 a2 b1 c1 a3 b2 b3"],
    ["several at once", 2, "a1 a2 a3 b1", "a1 a2 a3 b1"],
  ];
  for (const [name, capacity, asked, order] of turns) {
    it(name, async () => {
      const clients = new Clients({ capacity: () => capacity });
      const asking = asked.split(" ").map((request) => clients.ask(request));
      await nextTurn();
      await clients.endAll();
      assert.equal(clients.order.join(" "), order);
      assert.deepEqual(await Promise.all(asking), asked.split(" "));
      assert.deepEqual([clients.queue.running, clients.queue.waiting], [0, 0]);
    });
  }

  it("clients that come anew do not overtake one that waits", async () => {
    const clients = new Clients();
    const asking = ["a1", "a2", "b1"].map((name) => clients.ask(name));
    await nextTurn();
    await clients.end("a1");
    asking.push(clients.ask("c1"), clients.ask("d1"));
    await clients.end("a2");
    await clients.end("b1");
    await clients.end("c1");
    await clients.end("d1");
    assert.equal(clients.order.join(" "), "a1 a2 b1 c1 d1");
    await Promise.all(asking);
  });

  it("refuses with 429 and the time to come again when too many wait", async () => {
    const refused: string[] = [];
    const clients = new Clients({ maxWaiting: 1, observer: { admitted: () => undefined, refused: (reason) => refused.push(reason) } });
    const asking = [clients.ask("a1"), clients.ask("b1")];
    await assert.rejects(clients.ask("c1"), (error: unknown) => status(429, "queue_full")(error) && Number((error as HttpError).retryAfterSeconds) >= 1);
    assert.deepEqual(refused, ["queueFull"]);
    await nextTurn();
    await clients.endAll();
    await Promise.all(asking);
  });

  it("lets nobody fill the queue: who has most of it loses the newest", async () => {
    const clients = new Clients({ maxWaiting: 3 });
    const asking = ["a1", "a2", "a3"].map((name) => clients.ask(name));
    const newest = clients.ask("a4");
    const late = clients.ask("b1");
    await assert.rejects(newest, status(429, "queue_full"));
    await assert.rejects(clients.ask("a5"), status(429, "queue_full"));
    await clients.endAll();
    assert.equal(clients.order.join(" "), "a1 a2 b1 a3");
    assert.deepEqual(await Promise.all([...asking, late]), ["a1", "a2", "a3", "b1"]);
  });

  it("finds a place for who was sent away before, where another has had more turns", async () => {
    const clients = new Clients({ maxWaiting: 1 });
    const asking = [clients.ask("a1"), clients.ask("b1")];
    await assert.rejects(clients.ask("c1"), status(429, "queue_full"), "a newcomer is no better than who waits");
    await clients.end("a1");
    await clients.end("b1");
    const running = clients.ask("a2");
    const again = clients.ask("b2");
    const late = clients.ask("c2");
    await assert.rejects(again, status(429, "queue_full"));
    await clients.end("a2");
    await clients.end("c2");
    assert.deepEqual(await Promise.all([...asking, running, late]), ["a1", "b1", "a2", "c2"]);
  });

  it("with no queue at all refuses whoever finds it busy", async () => {
    const clients = new Clients({ maxWaiting: 0 });
    const first = clients.ask("a1");
    await assert.rejects(clients.ask("b1"), status(429, "queue_full"));
    await clients.endAll();
    assert.equal(await first, "a1");
  });

  it("refuses one that has waited for too long", async () => {
    const clients = new Clients({ maxWaitMs: 5 });
    const first = clients.ask("a1");
    await assert.rejects(clients.ask("b1"), status(429, "waited_too_long"));
    await clients.endAll();
    assert.equal(await first, "a1");
  });

  it("forgets a client that leaves, waiting or not yet there", async () => {
    const clients = new Clients();
    const left = new AbortController();
    const first = clients.ask("a1");
    const second = clients.ask("b1", left.signal);
    left.abort();
    await assert.rejects(second, isAbortError);
    await assert.rejects(clients.ask("c1", left.signal), isAbortError);
    assert.equal(clients.queue.waiting, 0);
    await clients.endAll();
    assert.equal(await first, "a1");
    assert.equal(clients.order.join(" "), "a1");
  });

  it("a request that fails gives its place back", async () => {
    const { queue } = new Clients();
    await assert.rejects(queue.enter("a", never, () => Promise.reject(new Error("broken"))), /broken/);
    assert.equal(await queue.enter("b", never, () => Promise.resolve(1)), 1);
  });

  it("closed, refuses all but the running ones", async () => {
    const clients = new Clients();
    const first = clients.ask("a1");
    const second = clients.ask("b1");
    clients.queue.close();
    await assert.rejects(second, status(503, "stopping"));
    await assert.rejects(clients.ask("c1"), status(503, "stopping"));
    await clients.endAll();
    assert.equal(await first, "a1");
  });

  it("takes more in when its capacity grows", async () => {
    let capacity = 1;
    const clients = new Clients({ capacity: () => capacity });
    const asking = ["a1", "b1", "c1"].map((name) => clients.ask(name));
    await nextTurn();
    capacity = 2;
    await clients.end("a1");
    assert.deepEqual([clients.queue.running, clients.order.join(" ")], [2, "a1 b1 c1"]);
    await clients.end("b1");
    await clients.end("c1");
    await Promise.all(asking);
  });
});
