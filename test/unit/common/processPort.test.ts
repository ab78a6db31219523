import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { childPort } from "../../../src/common/processPort";
import { type Contract, type EmptyContract, type NoMembers, RpcPeer } from "../../../src/common/rpc";

interface Child extends Contract {
  requests: { sum: [Float32Array, number]; hang: [void, void]; exit: [number, void] };
  streams: NoMembers;
  events: NoMembers;
}

const source = `
import { parentPort } from "${path.resolve("src/common/processPort")}";
import { RpcPeer } from "${path.resolve("src/common/rpc")}";
const peer = new RpcPeer(parentPort(), {
  sum: (values) => values.reduce((a, b) => a + b, 0),
  hang: () => new Promise(() => {}),
  exit: (code) => process.exit(code),
});
peer.onClose(() => process.exit(0));
`;

describe("a port to a forked process", () => {
  let folder: string;
  let entry: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "hearth-port-"));
    entry = path.join(folder, "child.mjs");
    await writeFile(path.join(folder, "child.ts"), source);
    await build({ entryPoints: [path.join(folder, "child.ts")], outfile: entry, bundle: true, platform: "node", format: "esm" });
  });
  after(() => rm(folder, { recursive: true }));

  function start() {
    const child = fork(entry, { serialization: "advanced", execArgv: [] });
    return { child, peer: new RpcPeer<EmptyContract, Child>(childPort(child, "test"), {}) };
  }

  it("carries typed arrays whole", async () => {
    const { child, peer } = start();
    assert.equal(await peer.call("sum", Float32Array.of(1, 2, 3.5)), 6.5);
    child.kill();
  });

  it("rejects what is pending when the process dies, saying how", async () => {
    const { child, peer } = start();
    await peer.call("sum", Float32Array.of(1));
    const hanging = peer.call("hang", undefined);
    child.kill("SIGKILL");
    await assert.rejects(hanging, /The test process was ended by SIGKILL/);
    const other = start();
    await assert.rejects(other.peer.call("exit", 3), /The test process ended with code 3/);
  });

  it("lets the child end when the parent lets go", async () => {
    const { child, peer } = start();
    await peer.call("sum", Float32Array.of(1));
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.disconnect();
    assert.equal(await ended, 0);
  });
});
