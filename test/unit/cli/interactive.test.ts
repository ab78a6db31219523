import assert from "node:assert/strict";
import { abortError } from "../../../src/common/errors";
import { converse } from "./converse";
import { FakeCli } from "./fakes";

const ctrlC = "\u0003";
const ctrlD = "\u0004";

describe("hearth chat at a terminal", () => {
  it("prompts, answers, and leaves at Ctrl+D", async () => {
    const cli = new FakeCli();
    const { code, err } = await converse(cli, [[/>$/, "hello there\r"], [/\nhello there\n\n>$/, ctrlD]]);
    assert.equal(code, 0);
    assert.match(err, /\/help lists the commands/);
    assert.equal(cli.engine.requests.length, 1);
  });

  it("stops the answer at Ctrl+C and goes on", async () => {
    const cli = new FakeCli();
    cli.engine.hangs = true;
    const { code, err } = await converse(cli, [[/>$/, "one two\r"], [/\none$/, ctrlC], [/\none\n\n>$/, "/exit\r"]]);
    assert.equal(code, 0);
    assert.match(err, /The answer was stopped\./);
  });

  it("leaves with 130 at Ctrl+C at the prompt", async () => {
    assert.equal((await converse(new FakeCli(), [[/>$/, ctrlC]])).code, 130);
  });

  it("leaves with 130 at the second Ctrl+C in an answer", async () => {
    const cli = new FakeCli();
    cli.engine.hangs = true;
    assert.equal((await converse(cli, [[/>$/, "one two\r"], [/\none$/, ctrlC + ctrlC]])).code, 130);
  });

  it("stops the wait for the index at Ctrl+C, and looks again before the next question", async () => {
    const cli = new FakeCli();
    const { index } = cli;
    const update = index.update.bind(index);
    index.update = (signal?: AbortSignal) => {
      setImmediate(() => cli.keyboard?.write(ctrlC));
      index.update = update;
      return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(abortError())));
    };
    const { code, err } = await converse(cli, [[/>$/, "one\r"], [/> one\n+>$/, "two\r"], [/\ntwo\n\n>$/, ctrlD]], []);
    assert.equal(code, 0);
    assert.match(err, /The question was stopped\./);
    assert.deepEqual([index.updates, cli.engine.requests.length], [1, 1]);
  });

  it("shows progress on a line that is gone before the answer begins", async () => {
    const cli = new FakeCli();
    const { err } = await converse(cli, [[/>$/, "hello\r"], [/\nhello\n\n>$/, ctrlD]]);
    assert.match(err, /Reading the prompt … 1 of 1 tokens \(0 reused\)\r\u001b\[K$/);
  });
});
