import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "esbuild";
import { siblingsOf, turnOf, withTurn } from "../../../src/chat/conversation";
import { parseConversation } from "../../../src/chat/conversationFile";
import { fileStore } from "../../../src/chat/fileStore";
import { descendantsOf } from "../../../src/chat/turnTree";
import type { Conversation } from "../../../src/chat/types";
import { silentLog, throwingLog } from "../../../src/common/log";
import { repositoryRoot } from "../../fixtures/repository";
import { conversationOf, turn } from "./samples";

const start = () => conversationOf([turn("root")], { id: "shared" });

describe("a store that two windows share", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "hearth-shared-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Two windows with the same conversation open. */
  async function twoWindows() {
    const [here, there] = [fileStore(folder, throwingLog), fileStore(folder, throwingLog)];
    await here.save(start());
    return { here, there, mine: (await here.load("shared"))!, theirs: (await there.load("shared"))! };
  }

  it("keeps both answers as branches when both go on with one conversation", async () => {
    const { here, there, mine, theirs } = await twoWindows();
    await Promise.all([here.save(withTurn(mine, turn("mine", { parent: "root" }))), there.save(withTurn(theirs, turn("theirs", { parent: "root" })))]);
    const stored = (await fileStore(folder, throwingLog).load("shared"))!;
    assert.deepEqual(siblingsOf(stored, "mine").map((one) => one.id), ["mine", "theirs"]);
  });

  it("tells a window what the other one added", async () => {
    const { here, there, mine, theirs } = await twoWindows();
    await here.save(withTurn(mine, turn("mine", { parent: "root" })));
    const saved = await there.save(withTurn(theirs, turn("theirs", { parent: "root" })));
    assert.deepEqual(saved.turns.map((one) => one.id), ["root", "mine", "theirs"]);
  });

  it("gives back the very same object where nothing came from elsewhere", async () => {
    const { here, mine } = await twoWindows();
    const next = withTurn(mine, turn("next", { parent: "root" }));
    assert.equal(await here.save(next), next);
    assert.equal(await here.save(next), next);
  });

  it("does not end an answer that the other window is still writing", async () => {
    const { here, there, mine } = await twoWindows();
    const running = turn("slow", { parent: "root", answerText: "Half", status: { kind: "running" } });
    const answering = withTurn(mine, running);
    await here.save(answering);
    const opened = (await there.load("shared"))!;
    assert.equal(turnOf(opened, "slow")?.status.kind, "failed", "it may be that the other window is gone");
    await there.save(withTurn(opened, turn("other", { parent: "root" })));
    const seen = await here.save(answering);
    assert.equal(turnOf(seen, "slow"), running, "its own answer still runs");
    await here.save(withTurn(seen, { ...running, answerText: "Whole", status: turn("x").status }));
    await there.save({ ...opened, leaf: "root" });
    const stored = (await fileStore(folder, throwingLog).load("shared"))!;
    assert.deepEqual([turnOf(stored, "slow")?.answerText, turnOf(stored, "slow")?.status.kind, turnOf(stored, "other")?.answerText], ["Whole", "done", "Answer other"]);
  });

  it("keeps what was folded by hand in the other window", async () => {
    const { here, there, mine, theirs } = await twoWindows();
    const window = { dropped: ["root"], withoutCode: [], summary: "Short." };
    await here.save({ ...mine, compacted: { leaf: "root", window } });
    const saved = await there.save(withTurn(theirs, turn("theirs", { parent: "root" })));
    assert.deepEqual(saved.compacted, { leaf: "root", window });
  });
});

describe("a store that processes share", () => {
  let folder: string;
  let entry: string;
  const running = new Set<ChildProcess>();

  before(async () => {
    entry = path.join(await mkdtemp(path.join(tmpdir(), "hearth-child-")), "child.mjs");
    const source = path.join(repositoryRoot(), "test/unit/chat/storeChild.ts");
    await build({ entryPoints: [source], outfile: entry, bundle: true, platform: "node", format: "esm", logLevel: "error" });
  });
  after(() => rm(path.dirname(entry), { recursive: true }));
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "hearth-shared-"));
    await fileStore(folder, silentLog).save(start());
  });
  afterEach(async () => {
    for (const child of running) child.kill("SIGKILL");
    await rm(folder, { recursive: true });
  });

  /** Ids that it said are stored. */
  function openWindow(prefix: string, count: number) {
    const child = spawn(process.execPath, [entry, folder, "shared", prefix, String(count)], { stdio: ["ignore", "pipe", "inherit"] });
    running.add(child);
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    const ended = once(child, "close").then(([code]: unknown[]) => {
      running.delete(child);
      return code;
    });
    return { child, ended, stored: () => said.split("\n").slice(0, -1) };
  }

  async function stored(): Promise<Conversation> {
    return parseConversation(await readFile(path.join(folder, "shared.json"), "utf8"));
  }

  it("loses nothing when three of them answer at once", async () => {
    const windows = ["a", "b", "c"].map((prefix) => openWindow(prefix, 25));
    assert.deepEqual(await Promise.all(windows.map((window) => window.ended)), [0, 0, 0]);
    const { turns } = await stored();
    assert.equal(turns.length, 1 + 3 * 25);
    for (const prefix of ["a", "b", "c"]) {
      const own = turns.filter((one) => one.id.startsWith(prefix));
      assert.deepEqual(own.map((one) => one.id), Array.from({ length: 25 }, (_, at) => `${prefix}${at}`));
      assert.ok(own.every((one, at) => (at === 0 || one.parent === own[at - 1]!.id) && one.status.kind === "done"));
    }
    assert.equal(descendantsOf(turns, "root").length, turns.length);
    assert.deepEqual(await readdir(folder), ["shared.json"]);
  });

  it("is whole, with all that was stored, wherever a process is killed", async () => {
    const said = new Set<string>();
    for (let round = 0; round < 12; round++) {
      const windows = [openWindow(`r${round}a`, 0), openWindow(`r${round}b`, 0)];
      await Promise.all(windows.map(async ({ child, ended, stored: list }) => {
        while (list().length === 0 && child.exitCode === null) await sleep(5);
        await sleep(Math.random() * 60);
        child.kill("SIGKILL");
        await ended;
        for (const id of list()) said.add(id);
      }));
      const ids = new Set((await stored()).turns.filter((one) => one.status.kind === "done").map((one) => one.id));
      assert.deepEqual([...said].filter((id) => !ids.has(id)), [], `round ${round}`);
    }
    const store = fileStore(folder, throwingLog);
    const last = (await store.load("shared"))!;
    await store.save(withTurn(last, turn("last", { parent: last.leaf })));
    assert.deepEqual(await readdir(folder), ["shared.json"], "what the killed ones left is swept");
  });
});
