import assert from "node:assert/strict";
import { linkNames } from "../../../src/webview/answerLinks";
import { LinkResolver } from "../../../src/webview/linkResolver";
import { renderMarkdown } from "../../../src/webview/markdown";
import type { ViewLink, ViewRange } from "../../../src/webview/protocol";
import type { ShellRequest } from "../../../src/webview/shell";
import { all, find, open, press, running, state, turn } from "./chatPage";
import { until, usePage } from "./page";

const file = (path: string, startLine = 1, endLine = startLine): ViewLink => ({ kind: "file", path, startLine, endLine });

/** Markdown in the page with its names linked; tells what was asked, request by request. */
async function linked(text: string, known: Readonly<Record<string, ViewLink>>) {
  const asked: string[][] = [];
  const opened: ViewRange[] = [];
  const request = ((_name: string, params: { texts: string[] }) => {
    asked.push(params.texts);
    return Promise.resolve(params.texts.map((one) => known[one] ?? null));
  }) as unknown as ShellRequest;
  const root = document.createElement("div");
  root.append(renderMarkdown(text));
  document.body.append(root);
  const resolver = new LinkResolver({ request });
  const opener = { open: (range: ViewRange) => void opened.push(range), preview: () => undefined };
  linkNames([...root.childNodes], resolver, opener);
  await new Promise((resolve) => setTimeout(resolve, 250));
  return { root, asked, opened, resolver, opener };
}

describe("names in an answer", () => {
  usePage();

  it("become links only where there is something, asked for once and together", async () => {
    const known = { "src/a.ts:12-20": file("src/a.ts", 12, 20), "Parser.parseLine()": { kind: "symbol", path: "src/p.ts", startLine: 3, endLine: 9 }, "src/c.ts:7": file("src/c.ts", 7) } as const;
    const { root, asked, opened } = await linked("See `src/a.ts:12-20` and `Parser.parseLine()`, `nothing`, `src/a.ts:12-20` again and src/c.ts:7.", known);
    assert.deepEqual(asked, [["src/a.ts:12-20", "Parser.parseLine()", "nothing", "src/c.ts:7"]]);
    assert.deepEqual(all(".range-link").map((link) => link.firstElementChild?.textContent), ["src/a.ts:12-20", "Parser.parseLine()", "src/a.ts:12-20", "src/c.ts:7"]);
    assert.equal(root.textContent.replaceAll(/ \(Open [^)]*\)/g, "").trim(), "See src/a.ts:12-20 and Parser.parseLine(), nothing, src/a.ts:12-20 again and src/c.ts:7.");
    all(".range-link")[1]?.click();
    assert.deepEqual(opened, [{ kind: "symbol", path: "src/p.ts", startLine: 3, endLine: 9 }]);
  });

  it("that are files which do not exist are marked, in words, too", async () => {
    await linked("In `src/none.ts`.", { "src/none.ts": { kind: "missing" } });
    const mark = find(".missing-file");
    assert.deepEqual([mark.tagName, mark.title, mark.textContent], ["CODE", "There is no such file in the workspace", "src/none.ts (There is no such file in the workspace)"]);
    assert.equal(all(".range-link").length, 0);
  });

  const left: readonly string[] = ["```ts\nsrc/a.ts\n```", "[src/a.ts](https://example.org/)", "`a b`", "`+`", "e.g. Node.js and 3.14", "https://example.org/src/a.ts:3", `\`${"x".repeat(500)}\``];
  for (const text of left) {
    it(`are not looked for in ${JSON.stringify(text.slice(0, 40))}`, async () => {
      const { asked } = await linked(text, {});
      assert.deepEqual(asked, []);
    });
  }

  it("are asked for in parts of 200, and what is known is not asked for again", async () => {
    const words = Array.from({ length: 230 }, (_, i) => `\`name${i}\``);
    const { root, asked, resolver, opener } = await linked(words.join(" "), {});
    await until("the second part", () => asked.length === 2);
    assert.deepEqual(asked.map(({ length }) => length), [200, 30]);
    linkNames([...root.childNodes], resolver, opener);
    await new Promise((resolve) => setTimeout(resolve, 250));
    assert.equal(asked.length, 2);
  });

  it("are linked while the answer is still being written, once their block has ended", async () => {
    const { shell } = await open(state({ turns: [turn(running)] }), {}, false, {
      resolveLinks: ({ texts }) => texts.map((text) => (text === "src/a.ts" ? file("src/a.ts") : null)),
    });
    shell.emit("text", { turn: "t1", text: "In `src/a.ts` it is.\n\nAnd" });
    await until("the link", () => all(".range-link").length === 1);
  });
});

describe("the preview of code", () => {
  usePage();

  const citations = [{ path: "src/a.ts", startLine: 3, endLine: 4 }];
  const preview = () => ({ path: "src/a.ts", startLine: 3, endLine: 4, text: "const a = 1;\nconst b = 2;", language: "typescript" });

  it("opens with the pointer, in colours, and closes with Escape, which then stops nothing", async () => {
    const { asked } = await open(state({ turns: [turn({ citations })], activity: { kind: "compacting", turns: 1 } }), {}, false, { preview });
    find(".citation").dispatchEvent(new window.Event("pointerenter"));
    await until("the preview", () => !find(".preview").hidden);
    assert.equal(find(".preview-head").textContent, "src/a.ts:3-4");
    assert.equal(find(".preview-code").textContent, "const a = 1;\nconst b = 2;\n");
    assert.equal(all(".preview .hljs-keyword").length, 2);
    press(document.body, "Escape");
    assert.equal(find(".preview").hidden, true);
    assert.deepEqual(asked, []);
  });

  it("says that the file is gone", async () => {
    await open(state({ turns: [turn({ citations })] }), {}, false, { preview: () => null });
    find(".citation").dispatchEvent(new window.Event("pointerenter"));
    await until("the preview", () => !find(".preview").hidden);
    assert.equal(find(".preview-head").textContent, "src/a.ts cannot be read any more");
  });
});
