import assert from "node:assert/strict";
import { completeCommandLine } from "../../../src/cli/commandLine";
import { commandsOf, fullName } from "../../../src/cli/helpText";
import { createProgram } from "../../../src/cli/program";
import { FakeCli } from "./fakes";

function programWith(out: (text: string) => void, onCommand: (name: string) => void = () => undefined) {
  return createProgram({ version: "1.2.3", out, dispatch: (command) => Promise.resolve(onCommand(fullName(command))) });
}

async function helpOf(name: string): Promise<string> {
  const { code, out, err } = await new FakeCli().run(...name.split(" ").slice(1), "--help");
  assert.deepEqual([code, err], [0, ""]);
  return out;
}

/** The lines of the examples that run hearth, without what stands around it in a shell. */
function exampleLines(help: string): readonly string[] {
  const block = /\nExamples:\n((?: .*\n?)+)/.exec(help)?.[1] ?? "";
  return block.split("\n").flatMap((line) => /(hearth .*?)(?: {2,}# .*| [|<>] .*|\)|$)/.exec(line.trim().startsWith("#") ? "" : line.trim())?.[1] ?? []);
}

function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

const names = commandsOf(programWith(() => undefined)).map(fullName);

describe("the help", () => {
  for (const name of names) {
    it(`of ${name} has examples that the program takes`, async () => {
      const lines = exampleLines(await helpOf(name));
      assert.ok(lines.length > 0, "there are examples");
      for (const line of lines) {
        const ran: string[] = [];
        const printed: string[] = [];
        const program = programWith((text) => printed.push(text), (command) => ran.push(command));
        await program.parseAsync(completeCommandLine(wordsOf(line).slice(1), program, { isInputTty: true }), { from: "user" });
        assert.equal(ran.length + printed.length, 1, line);
      }
    });
  }

  it("of the program names commands, variables and exit codes", async () => {
    const help = await helpOf("hearth");
    for (const text of ["chat", "ask", "serve", "completion", "HEARTH_API_KEY", "NO_COLOR", "130", "Exit status:"]) assert.ok(help.includes(text), text);
  });

  it("shows a command's own options alone, and takes the others all the same", async () => {
    assert.doesNotMatch(await helpOf("hearth index"), /--temperature|--context-size/);
    assert.match(await helpOf("hearth ask"), /--temperature/);
    assert.equal((await new FakeCli().run("index", "--temperature", "1", "--json")).code, 0);
  });

  it("comes for help COMMAND, too, and at a terminal for nothing at all, as bad use", async () => {
    assert.equal((await new FakeCli().run("help", "ask")).out, await helpOf("hearth ask"));
    const { code, err } = await new FakeCli().run();
    assert.equal(code, 2);
    assert.match(err, /Usage: hearth/);
  });

  it("names the commands below one that does not take a word", async () => {
    const { code, rows } = await new FakeCli().run("models", "foo", "--json");
    assert.deepEqual([code, rows[0]?.["message"]], [2, "hearth models takes no words but fit, inspect, download."]);
  });

  it("is named by its command where a line is wrong", async () => {
    const wrong: readonly [line: string, remedy: string][] = [
      ["models fit --nonsense", "See hearth models fit --help."],
      ["serve --nonsense", "See hearth serve --help."],
      ["what is -x", "In a question, put it in quotes with other words, or -- in front of them all. See hearth --help."],
    ];
    for (const [line, remedy] of wrong) {
      const { code, rows } = await new FakeCli().run(...line.split(" "), "--json");
      assert.deepEqual([code, rows[0]?.["remedy"]], [2, remedy]);
    }
  });
});
