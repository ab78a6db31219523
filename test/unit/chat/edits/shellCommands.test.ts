import assert from "node:assert/strict";
import { shellCommands } from "../../../../src/chat/edits/shellCommands";

describe("commands of a code block", () => {
  const cases: readonly [name: string, code: string, commands: string][] = [
    ["one", "npm test", "npm test"],
    ["several", "cd a\nnpm test\n", "cd a\nnpm test"],
    ["those behind prompts, without what they print", "$ npm test\nall passed\n$ git status\nclean", "npm test\ngit status"],
    ["without fences", "```bash\nnpm test\n```", "npm test"],
    ["with a continued line", "docker run \\\n  -it node", "docker run \\\n  -it node"],
    ["with a redirection", "echo hi > a.txt", "echo hi > a.txt"],
  ];
  for (const [name, code, commands] of cases) it(name, () => assert.equal(shellCommands(code), commands));

  const refused: readonly [name: string, code: string, message: RegExp][] = [
    ["nothing", " \n", /nothing to run/],
    ["an escape sequence", "echo \u001b[8mrm -rf ~", /cannot be seen/],
    ["a carriage return that hides the line's front", "rm -rf ~\recho hi", /cannot be seen/],
    ["a turned reading direction", "echo \u202Ehi", /cannot be seen/],
    ["more than anybody looks through", "echo hi\n".repeat(100), /too long/],
  ];
  for (const [name, code, message] of refused) it(`refuses ${name}`, () => assert.throws(() => shellCommands(code), message));
});
