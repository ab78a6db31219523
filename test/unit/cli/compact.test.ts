import assert from "node:assert/strict";
import { HearthError } from "../../../src/common/errors";
import { converse } from "./converse";
import { FakeCli } from "./fakes";

const long = (word: string) => Array.from({ length: 150 }, () => word).join(" ");
const folded = /2 questions folded into a summary: \d+ tokens are free again\./;

function cliWith(...lines: readonly string[]): FakeCli {
  const cli = new FakeCli();
  cli.piped = `${lines.join("\n")}\n`;
  return cli;
}

describe("/compact in hearth chat", () => {
  it("folds older questions, and the next one goes on from the summary", async () => {
    const cli = cliWith(long("one"), long("two"), "three", "/compact", "four");
    const { code, out, err } = await cli.run("chat", "--no-context");
    assert.equal(code, 0);
    assert.match(err, folded);
    assert.equal(out.split("Summarise our conversation").length, 2, "it is in the last answer, which repeats its question, and no answer itself");
    const shown = cli.engine.requests.at(-1)!.turns.map((turn) => turn.user);
    assert.deepEqual([shown.length, shown[0]], [2, "three"]);
    assert.match(shown[1]!, /^Summary of our earlier conversation[^]*four$/);
  });

  it("is an event of its own with --json", async () => {
    const { rows } = await cliWith(long("one"), long("two"), "three", "/compact").run("chat", "--json", "--no-context");
    assert.deepEqual(rows.filter((row) => row["type"] === "compacting")[0], { type: "compacting", turns: 2 });
    assert.match(String(rows.find((row) => row["type"] === "notice")?.["text"]), folded);
  });

  it("says that there is nothing to do", async () => {
    const { code, err } = await cliWith("/compact").run("chat", "--no-context");
    assert.equal(code, 0);
    assert.match(err, /There is nothing to compact/);
  });

  it("fails as a question would when there is no model any more", async () => {
    const cli = cliWith("one", "two", "/compact");
    cli.onOut = (text) => {
      if (text.includes("two")) cli.engine.problem = new HearthError("model-not-found", "There is no file.", { remedy: "Download it." });
    };
    const { code, err } = await cli.run("chat", "--no-context");
    assert.equal(code, 3);
    assert.match(err, /There is no file\.\nDownload it\./);
  });

  it("shows that it summarises, and stops at Ctrl+C", async () => {
    const cli = new FakeCli();
    const steps = [[/>$/, "one\r"], [/\none\n\n>$/, "two\r"], [/\ntwo\n\n>$/, "/compact\r"], [/compact\n\n>$/, "/exit\r"]] as const;
    const { code, err } = await converse(cli, steps, ["--no-context"], (text) => {
      if (text === "/compact\r") stopWhenItBegins(cli);
    });
    assert.equal(code, 0);
    assert.match(err, /Summarising the oldest question …/);
    assert.match(err, /The summary was stopped; nothing was changed\./);
  });
});

/** Types Ctrl+C as soon as the model is at it, which it goes on to be until it is stopped. */
function stopWhenItBegins({ engine, keyboard }: FakeCli): void {
  const generate = engine.generate.bind(engine);
  engine.hangs = true;
  engine.generate = (request, signal) => {
    setImmediate(() => keyboard?.write("\u0003"));
    return generate(request, signal);
  };
}

describe("a full context in hearth chat", () => {
  it("takes what to do with it, and the window of turns, from options and /set", async () => {
    const cli = cliWith("one", "two", "three", "/set turn-window default", "/set context-full default", "/set", "four");
    const { err } = await cli.run("chat", "--no-context", "--turn-window", "1", "--context-full", "ask");
    assert.deepEqual(cli.engine.requests.map((request) => request.turns.length), [1, 2, 2, 4]);
    assert.match(err, /turn-window is as many as fit from the next answer on/);
    assert.match(err, /context-full is summarise from the next answer on/);
    assert.match(err, /^ {2}context-full +default +one of summarise, dropOldest, ask$/m);
  });
});
