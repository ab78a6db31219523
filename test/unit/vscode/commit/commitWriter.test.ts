import assert from "node:assert/strict";
import type { Uri } from "vscode";
import { HearthError } from "../../../../src/common/errors";
import { CommitWriter } from "../../../../src/vscode/commit/commitWriter";
import type { Change, Repository } from "../../../../src/vscode/commit/gitApi";
import { RunningRequests } from "../../../../src/vscode/runningRequests";
import { chatSettings, FakeModel } from "../../chat/fakes";

const uri = (path: string) => ({ path, fsPath: path, toString: () => `file://${path}` }) as unknown as Uri;
const diff = (file: string) => `diff --git a/${file} b/${file}\n--- a/${file}\n+++ b/${file}\n@@ -1 +1 @@\n-old\n+new\n`;
const change = (file: string, status = 5): Change => ({ uri: uri(`/repo/${file}`), status });

class FakeRepository implements Repository {
  readonly rootUri = uri("/repo");
  readonly inputBox = { value: "" };
  state: Repository["state"] = { indexChanges: [change("staged.ts")], workingTreeChanges: [change("other.ts"), change("new.ts", 7)], untrackedChanges: [] };
  commits: readonly string[] | undefined = ["Add crates\n\nMany."];

  diff(cached?: boolean): Promise<string> {
    if (cached === true) return Promise.resolve(this.state.indexChanges.length > 0 ? diff("staged.ts") : "");
    return Promise.resolve(this.state.workingTreeChanges.length > 0 ? diff("other.ts") : "");
  }

  log(): Promise<readonly { message: string }[]> {
    return this.commits ? Promise.resolve(this.commits.map((message) => ({ message }))) : Promise.reject(new Error("no commits yet"));
  }
}

function rig() {
  const model = new FakeModel();
  model.contextSize = 2000;
  model.script = "Change the crates";
  const requests = new RunningRequests();
  const told: string[] = [];
  const running: boolean[] = [];
  const writer = new CommitWriter({ model, settings: () => chatSettings, requests, tell: (message) => told.push(message), running: (now) => running.push(now) });
  const prompt = () => model.requests[0]!.turns[0]!.user;
  return { model, requests, told, running, writer, prompt, repository: new FakeRepository() };
}

describe("the commit message", () => {
  it("is written from what is staged, in the style of earlier commits", async () => {
    const { writer, repository, prompt, told, running, requests } = rig();
    await writer.write(repository);
    assert.equal(repository.inputBox.value, "Change the crates");
    assert.match(prompt(), /- Add crates\n/);
    assert.match(prompt(), /staged\.ts/);
    assert.doesNotMatch(prompt(), /other\.ts|new\.ts/);
    assert.deepEqual([told, running, requests.count], [[], [true, false], 0]);
  });

  it("is about all changes when nothing is staged, and says so", async () => {
    const { writer, repository, prompt, told } = rig();
    repository.state = { ...repository.state, indexChanges: [] };
    repository.commits = undefined;
    await writer.write(repository);
    assert.match(prompt(), /other\.ts[\s\S]*Changed too:\n- new\.ts/);
    assert.match(told[0]!, /Nothing is staged/);
  });

  it("is refused when nothing has changed", async () => {
    const { writer, repository, running } = rig();
    repository.state = { indexChanges: [], workingTreeChanges: [] };
    await assert.rejects(writer.write(repository), /nothing to commit/);
    assert.deepEqual(running, [true, false]);
  });

  it("leaves what stood in the box when it fails", async () => {
    const { writer, repository, model } = rig();
    repository.inputBox.value = "Fix: ";
    model.dieWith = new HearthError("engine-stopped", "The engine is gone.");
    await assert.rejects(writer.write(repository), /engine is gone/);
    assert.equal(repository.inputBox.value, "Fix: ");
    assert.match(model.requests[0]!.turns[0]!.user, /begun the message like this[^\n]*\nFix:/);
  });

  it("leaves what stood in the box when it is stopped before there is any text", async () => {
    const { writer, repository, model } = rig();
    repository.inputBox.value = "mine";
    model.beforeToken = () => writer.stop();
    await writer.write(repository);
    assert.equal(repository.inputBox.value, "mine");
  });

  it("keeps what has come when it is stopped later, and stops one repository only where that is asked for", async () => {
    const { writer, repository, model } = rig();
    let tokens = 0;
    model.beforeToken = () => {
      writer.stop("file:///another");
      if (++tokens > 2) writer.stop("file:///repo");
    };
    await writer.write(repository);
    assert.equal(repository.inputBox.value, "Change the");
  });

  it("is written once at a time in each repository", async () => {
    const { writer, repository, model } = rig();
    await Promise.all([writer.write(repository), writer.write(repository)]);
    assert.equal(model.requests.length, 1);
  });
});
