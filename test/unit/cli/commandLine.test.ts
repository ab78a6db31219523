import assert from "node:assert/strict";
import { completeCommandLine } from "../../../src/cli/commandLine";
import { createProgram } from "../../../src/cli/program";

const program = createProgram({ version: "1", dispatch: () => Promise.resolve(), out: () => undefined });

function complete(args: readonly string[], isInputTty = true): readonly string[] {
  return completeCommandLine(args, program, { isInputTty });
}

const table: readonly [line: string, completed: string][] = [
  ["Explain what a GPU does", "ask Explain what a GPU does"],
  ["ask hello", "ask hello"],
  ["--model x.gguf ask hello", "ask --model x.gguf hello"],
  ["--model=x.gguf ask hello", "ask --model=x.gguf hello"],
  ["-q models fit", "models -q fit"],
  ["--no-context Where is it", "ask --no-context Where is it"],
  ["--model ask hello", "ask --model ask hello"],
  ["-f a.ts explain", "ask -f a.ts explain"],
  ["-- models of the atom", "ask -- models of the atom"],
  ["- please", "ask - please"],
  ["help", "help"],
  ["help ask", "help ask"],
  ["help me with this", "ask help me with this"],
  ["what does chat do", "ask what does chat do"],
  ["--json", "ask --json"],
  ["--version", "--version"],
  ["--help", "--help"],
  ["models --help", "models --help"],
];

describe("the command line", () => {
  for (const [line, completed] of table) {
    it(`reads "${line}" as "${completed}"`, () => assert.deepEqual(complete(line.split(" ")), completed.split(" ")));
  }

  it("without arguments is a question where something is piped in, and nothing at a terminal", () => {
    assert.deepEqual(complete([], false), ["ask"]);
    assert.deepEqual(complete([], true), []);
  });

  const slips: readonly [line: string, meant: string][] = [
    ["modles", "models"],
    ["modles fit", "models"],
    ["model", "models"],
    ["serch parser", "search"],
    ["indx", "index"],
    ["comp", "completion"],
    ["aks", "ask"],
    ["chatt", "chat"],
  ];
  for (const [line, meant] of slips) {
    it(`takes "${line}" for a slip of "${meant}"`, () => assert.throws(() => complete(line.split(" ")), new RegExp(`Did you mean "${meant}"\\?`)));
  }

  it("takes words that only look alike for a question", () => {
    for (const line of ["what", "cat is what", "as you like it", "shift", "mapping between rooms"]) assert.deepEqual(complete(line.split(" ")), ["ask", ...line.split(" ")]);
  });
});
