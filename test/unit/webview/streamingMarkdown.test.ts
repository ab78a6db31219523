import assert from "node:assert/strict";
import type { BlockActions } from "../../../src/webview/codeBlock";
import { StreamingMarkdown } from "../../../src/webview/streamingMarkdown";
import { until, usePage } from "./page";

const nothing = () => undefined;
const actions: BlockActions = { copy: () => Promise.resolve(), insert: nothing, apply: nothing, newFile: nothing, runInTerminal: nothing };

function shown(view: StreamingMarkdown): string {
  return view.element.innerHTML.replaceAll(/>\s+</g, "><").trim();
}

function whole(text: string): string {
  const view = new StreamingMarkdown(actions);
  view.finish(text);
  return shown(view);
}

const texts: readonly [name: string, text: string][] = [
  ["paragraphs", "One *two\nthree* four.\n\nFive.\n\n\nSix"],
  ["a heading by its underline", "Title\n===\n\nText\n---\nmore"],
  ["lists", "- a\n- b\n\n  more of b\n\n- c\n\n1. one\n\n2. two\n10. ten\n\nEnd"],
  ["a fence with blank lines", "Before\n\n```ts\nconst a = 1;\n\n\nlet b;\n```\n\nAfter"],
  ["a fence in a list", "1. Do\n\n   ```sh\n   ls\n\n   cd\n   ```\n2. Then"],
  ["an unclosed fence", "x\n\n~~~python\ndef f():\n\n    return"],
  ["a table", "Text\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\nEnd"],
  ["quotes", "> one\ntwo\n\n> three\n> - four\n\nfive"],
  ["rules and headings", "# A\ntext\n***\n## B\n\n---\nend"],
  ["indented code", "x\n\n    code\n\n    more\n\ny"],
  ["links defined at the end", "See [this][1] and [that].\n\nMore.\n\n[1]: https://example.org/a\n[that]: https://example.org/b"],
  ["other line ends", "a\r\n\r\nb\r\n\r\n```\r\nc\r\n```\r\nd"],
  ["turned text", "a\u202Eb\n\n`\u2066`"],
];

describe("markdown that grows", () => {
  usePage();

  for (const [name, text] of texts) {
    it(`ends as if it had come at once: ${name}`, () => {
      for (const step of [1, 3, 17]) {
        const view = new StreamingMarkdown(actions);
        for (let at = 0; at < text.length; at += step) {
          view.append(text.slice(at, at + step));
          view.render();
        }
        view.finish(text);
        assert.equal(shown(view), whole(text), `in steps of ${step}`);
      }
    });
  }

  it("leaves settled blocks untouched", async () => {
    const view = new StreamingMarkdown(actions);
    view.restart("First.\n\nSecond.\n\nThird");
    const first = view.element.querySelector("p");
    view.append(" grows.\n\nFourth.\n");
    await until("the growth", () => view.element.textContent.includes("Fourth"));
    assert.equal(view.element.querySelector("p"), first);
    view.finish("First.\n\nSecond.\n\nThird grows.\n\nFourth.\n");
    assert.equal(view.element.querySelector("p"), first);
  });

  it("renders what came in between in one go", async () => {
    let renders = 0;
    const view = new StreamingMarkdown(actions, { onRender: () => renders++ });
    for (const word of "a b c d e f g".split(" ")) view.append(`${word} `);
    await until("the text", () => view.element.textContent.includes("g"));
    assert.equal(renders, 1);
  });

  it("keeps the bar of a code block while the code grows", async () => {
    const view = new StreamingMarkdown(actions);
    view.restart("```ts\nlet a");
    const button = view.element.querySelector("button");
    assert.ok(button);
    view.append(" = 1;\nlet b");
    await until("the growth", () => view.element.textContent.includes("let b"));
    assert.equal(view.element.querySelector("button"), button);
  });

  it("shows another text when the end differs from what came", () => {
    const view = new StreamingMarkdown(actions);
    view.restart("One.\n\nTwo.\n\nThree");
    view.finish("Something else.");
    assert.equal(view.element.textContent.trim(), "Something else.");
  });

  it("copies and inserts the code as it was written", () => {
    const taken: string[] = [];
    const view = new StreamingMarkdown({
      ...actions,
      copy: (text) => Promise.resolve(void taken.push(`copy ${text}`)),
      insert: (text) => taken.push(`insert ${text}`),
    });
    document.body.append(view.element);
    view.finish("```html\n<b>&amp;</b>\n\n  x\n```");
    for (const button of view.element.querySelectorAll("button")) button.click();
    assert.deepEqual(taken, ["copy <b>&amp;</b>\n\n  x", "insert <b>&amp;</b>\n\n  x"]);
    assert.equal(view.element.querySelector(".code-language")?.textContent, "html");
  });
});
