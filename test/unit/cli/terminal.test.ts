import assert from "node:assert/strict";
import { PassThrough, Writable } from "node:stream";
import { createTerminal } from "../../../src/cli/terminal";

function terminalWith({ isTTY, env = {}, columns }: { isTTY: boolean; env?: NodeJS.ProcessEnv; columns?: number }) {
  const written: string[] = [];
  const sink = () =>
    Object.assign(
      new Writable({
        decodeStrings: false,
        write(text: string, _encoding, done) {
          written.push(text);
          done();
        },
      }),
      { isTTY, ...(columns !== undefined && { columns }) },
    );
  return { written, terminal: createTerminal({ input: new PassThrough(), output: sink(), error: sink(), env }) };
}

describe("terminal", () => {
  const cases: readonly [name: string, options: Parameters<typeof terminalWith>[0], styled: boolean][] = [
    ["a terminal", { isTTY: true }, true],
    ["a pipe", { isTTY: false }, false],
    ["NO_COLOR", { isTTY: true, env: { NO_COLOR: "1" } }, false],
    ["an empty NO_COLOR", { isTTY: true, env: { NO_COLOR: "" } }, true],
    ["a dumb terminal", { isTTY: true, env: { TERM: "dumb" } }, false],
  ];
  for (const [name, options, styled] of cases) {
    it(`${styled ? "styles" : "does not style"} for ${name}`, () => {
      assert.equal(terminalWith(options).terminal.style("out", "red", "x"), styled ? "\u001b[31mx\u001b[39m" : "x");
    });
  }

  it("erases the status line before anything else is written", () => {
    const { terminal, written } = terminalWith({ isTTY: true });
    terminal.status("one");
    terminal.status("two");
    terminal.out("answer");
    terminal.err("note");
    assert.deepEqual(written, ["one", "\r\u001b[K", "two", "\r\u001b[K", "answer", "note"]);
  });

  it("keeps the status line on one row", () => {
    const { terminal, written } = terminalWith({ isTTY: true, columns: 10 });
    terminal.status("a very long status");
    assert.deepEqual(written, ["a very lo"]);
  });

  it("writes no status into a pipe", () => {
    const { terminal, written } = terminalWith({ isTTY: false });
    terminal.status("one");
    assert.deepEqual(written, []);
  });
});
