import assert from "node:assert/strict";
import { extractCode } from "../../../../src/chat/edits/extractCode";

describe("the code of an answer", () => {
  const cases: readonly [name: string, answer: string, code: string | undefined][] = [
    ["in a fence", "```ts\nlet a = 1;\n```", "let a = 1;"],
    ["in a fence among prose", "Here it is:\n\n```ts\nlet a = 1;\n```\n\nThat was it.", "let a = 1;"],
    ["in the first of two fences", "```ts\nlet a = 1;\n```\nor\n```ts\nlet b = 2;\n```", "let a = 1;"],
    ["in an unclosed fence", "```ts\nlet a = 1;\nlet b", "let a = 1;\nlet b"],
    ["with a closing fence that is on its way", "```ts\nlet a = 1;\n``", "let a = 1;"],
    ["in a fence that has only begun", "```ts", ""],
    ["in a longer fence around a shorter one", "````md\n```ts\nx\n```\n````", "```ts\nx\n```"],
    ["in a fence of tildes", "~~~\nx = 1\n~~~", "x = 1"],
    ["in an indented fence", "1. So:\n   ```ts\n   let a = 1;\n   ```", "   let a = 1;"],
    ["with Windows line ends", "```ts\r\nlet a = 1;\r\nlet b;\r\n```\r\n", "let a = 1;\nlet b;"],
    ["without a fence", "let a = 1;\nlet b = 2;\n", "let a = 1;\nlet b = 2;"],
    ["with the language on a line of its own", "```\ntypescript\nlet a = 1;\n```", "let a = 1;"],
    ["behind reasoning", "<think>\n```ts\nwrong();\n```\n</think>\n```ts\nright();\n```", "right();"],
    ["that is still being thought about", "<think>\nI could write `let a`;\n```ts\nwrong();", undefined],
    ["that is prose", "You should rename the variable, since its name is unclear.", undefined],
    ["that prose stands before", "Sure, here is the code you wanted.\nlet a = 1;", undefined],
    ["of nothing", "", undefined],
    ["with its indentation", "```py\n    def f():\n        pass\n```", "    def f():\n        pass"],
    ["of a comment alone", "// TODO: this is not done yet.", "// TODO: this is not done yet."],
    ["of JSX with a sentence in it", "```tsx\n<p>\n  This is a sentence.\n</p>\n```", "<p>\n  This is a sentence.\n</p>"],
  ];
  for (const [name, answer, code] of cases) it(name, () => assert.equal(extractCode(answer), code));

  it("may be prose where text is wanted", () => {
    assert.equal(extractCode("This is a sentence about zones.", "markdown"), "This is a sentence about zones.");
  });
});
