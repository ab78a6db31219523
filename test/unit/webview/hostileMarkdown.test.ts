import assert from "node:assert/strict";
import type { BlockActions } from "../../../src/webview/codeBlock";
import { StreamingMarkdown } from "../../../src/webview/streamingMarkdown";
import { until, usePage } from "./page";

const nothing = () => undefined;
const actions: BlockActions = { copy: () => Promise.resolve(), insert: nothing, apply: nothing, newFile: nothing, runInTerminal: nothing };

/** Streams a text in pieces, then ends it, and waits until all of it is drawn. */
async function streamed(text: string, step = 50_000): Promise<StreamingMarkdown> {
  const view = new StreamingMarkdown(actions);
  for (let at = 0; at < text.length; at += step) {
    view.append(text.slice(at, at + step));
    view.render();
  }
  view.finish(text);
  await until("all of it", () => lettersOf(view.element.textContent) >= lettersOf(text));
  return view;
}

function lettersOf(text: string): number {
  return text.replaceAll(/[^a-z]/g, "").length;
}

describe("markdown that means harm, as it grows", () => {
  usePage();

  const million = "x".repeat(1_000_000);
  const texts: readonly [name: string, text: string][] = [
    ["a line of a million characters", million],
    ["a line of a million characters in code", `\`\`\`ts\n${million}\n`],
    ["a line of a million characters in a list", `- a\n- ${million}\n- b`],
    ["words without an end", "word and ".repeat(30_000)],
    ["a quote of a quote of a quote", `${"> ".repeat(500)}deep\n`.repeat(5)],
    ["lists inside of lists", Array.from({ length: 200 }, (_, i) => `${"  ".repeat(i)}- deeper`).join("\n")],
    ["a table of a thousand rows", `| a | b |\n|---|---|\n${"| one | two |\n".repeat(1000)}`],
    ["a fence that never closes", `\`\`\`\`ts\n${"```\nlet a;\n".repeat(500)}`],
    ["brackets", `${"[".repeat(20_000)}a${"](".repeat(5000)}`],
    ["stars", `${"*a ".repeat(5000)}${"**b".repeat(3000)}`],
  ];
  for (const [name, text] of texts) {
    it(`shows all of it: ${name}`, async () => {
      const view = await streamed(text);
      assert.equal(view.element.querySelectorAll("script, img, iframe, style, a").length, 0);
      for (const paragraph of view.element.querySelectorAll("p")) assert.ok(paragraph.textContent.length <= 20_000, "no paragraph that is laid out for seconds");
    }).timeout(30_000);
  }

  it("keeps every row in one table, and every item in one list", async () => {
    const view = await streamed(`| a |\n|---|\n${"| one |\n".repeat(300)}\n${"- item\n".repeat(300)}\n1. one\n2. two\n`, 100);
    assert.deepEqual([...view.element.children].map(({ tagName }) => tagName), ["TABLE", "UL", "OL"]);
    assert.deepEqual([view.element.querySelectorAll("tbody tr").length, view.element.querySelectorAll("ul > li").length], [300, 300]);
    assert.equal(view.element.querySelectorAll("thead").length, 1);
  });

  it("draws an item of a list only once it is there, and then never again", () => {
    const view = new StreamingMarkdown(actions);
    view.append("- one\n- two\n- three\n- fo");
    view.render();
    const [first] = view.element.querySelectorAll("li");
    view.append("ur\n- five\n");
    view.render();
    assert.equal(view.element.querySelector("li"), first);
    assert.deepEqual([...view.element.querySelectorAll("li")].map(({ textContent }) => textContent), ["one", "two", "three", "four", "five"]);
  });

  it("does not let half a mark flash up", () => {
    const view = new StreamingMarkdown(actions);
    const seen = (text: string) => {
      view.restart(text);
      return [view.element.textContent.trim(), view.element.querySelector("strong, code, a, hr, h1, h2")?.tagName];
    };
    assert.deepEqual(seen("So **bo"), ["So bo", "STRONG"]);
    assert.deepEqual(seen("So **"), ["So", undefined]);
    assert.deepEqual(seen("So `co"), ["So co", "CODE"]);
    assert.deepEqual(seen("See [the paper](https://exam"), ["See the paper", undefined]);
    assert.deepEqual(seen("Text\n--"), ["Text", undefined]);
    assert.deepEqual(seen("One\n\n2."), ["One", undefined]);
  });
});
