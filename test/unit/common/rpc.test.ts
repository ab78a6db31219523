import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { HearthError, isAbortError } from "../../../src/common/errors";
import { type Contract, type EmptyContract, type Port, portPair, RpcPeer } from "../../../src/common/rpc";

interface Served extends Contract {
  requests: { double: [number, number]; fail: [string, void]; wait: [void, void] };
  streams: { count: [number, number] };
  events: { tick: number };
}

function connect(over: [Port, Port] = portPair()) {
  const log: string[] = [];
  const server = new RpcPeer<Served, EmptyContract>(over[0], {
    double: (value) => value * 2,
    fail: (text) => {
      throw new HearthError("bad-use", text, { remedy: "Do otherwise." });
    },
    wait: (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))),
    async *count(to, signal) {
      try {
        for (let i = 0; i < to; i++) {
          signal.throwIfAborted();
          yield i;
          await sleep(1);
        }
      } finally {
        log.push("closed");
      }
    },
  });
  const client = new RpcPeer<EmptyContract, Served>(over[1], {});
  return { server, client, log };
}

describe("rpc", () => {
  it("answers a request", async () => {
    assert.equal(await connect().client.call("double", 21), 42);
  });

  it("brings an error back with its code and remedy", async () => {
    await assert.rejects(connect().client.call("fail", "No."), (error) => {
      assert.ok(error instanceof HearthError);
      assert.deepEqual([error.code, error.message, error.remedy], ["bad-use", "No.", "Do otherwise."]);
      return true;
    });
  });

  it("answers a request nobody serves with an error", async () => {
    const [a, b] = portPair();
    new RpcPeer<EmptyContract, EmptyContract>(a, {});
    const client = new RpcPeer<EmptyContract, Served>(b, {});
    await assert.rejects(client.call("double", 1), /serves no "double"/);
  });

  it("streams items in order and ends", async () => {
    const items: number[] = [];
    for await (const item of connect().client.stream("count", 4)) items.push(item);
    assert.deepEqual(items, [0, 1, 2, 3]);
  });

  it("stops the producer when the consumer leaves the loop", async () => {
    const { client, log } = connect();
    for await (const item of client.stream("count", 1000)) if (item === 2) break;
    await sleep(20);
    assert.deepEqual(log, ["closed"]);
  });

  it("cancels a request and a stream by signal", async () => {
    const { client } = connect();
    const abort = new AbortController();
    const waiting = client.call("wait", undefined, abort.signal);
    setTimeout(() => abort.abort(), 5);
    await assert.rejects(waiting, isAbortError);
    const other = new AbortController();
    await assert.rejects(async () => {
      for await (const item of client.stream("count", 1000, other.signal)) if (item === 1) other.abort();
    }, isAbortError);
  });

  it("delivers events", async () => {
    const { server, client } = connect();
    const seen = new Promise((resolve) => client.on("tick", resolve));
    server.emit("tick", 7);
    assert.equal(await seen, 7);
  });

  it("rejects what is pending when the wire closes", async () => {
    const [a, b] = portPair();
    let close: (reason: Error) => void = () => undefined;
    const { client } = connect([a, { ...b, onClose: (listener) => ((close = listener), { dispose() {} }) }]);
    const waiting = client.call("wait", undefined);
    const streaming = (async () => {
      for await (const item of client.stream("count", 1000)) assert.ok(item >= 0);
    })();
    setTimeout(() => close(new Error("gone")), 5);
    await assert.rejects(waiting, /gone/);
    await assert.rejects(streaming, /gone/);
    await assert.rejects(client.call("double", 1), /gone/);
  });

  it("ignores what is no message", async () => {
    const [a, b] = portPair();
    const { client } = connect([a, b]);
    for (const junk of [null, 7, "x", {}, { kind: "call" }, { kind: "nonsense", id: 1 }]) b.post(junk);
    assert.equal(await client.call("double", 2), 4);
  });
});
