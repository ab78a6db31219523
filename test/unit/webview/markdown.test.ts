import assert from "node:assert/strict";
import { renderMarkdown, showDirectionControls } from "../../../src/webview/markdown";
import { usePage } from "./page";

function html(text: string): string {
  const holder = document.createElement("div");
  holder.append(renderMarkdown(text));
  return holder.innerHTML;
}

function elements(text: string): Element[] {
  const holder = document.createElement("div");
  holder.append(renderMarkdown(text));
  return [...holder.querySelectorAll("*")];
}

describe("markdown", () => {
  usePage();

  it("shows the usual marks", () => {
    assert.equal(html("**bold** and `code`"), "<p><strong>bold</strong> and <code>code</code></p>\n");
    assert.match(html("| a |\n|---|\n| b |"), /<table tabindex="0">[\s\S]*<td>b<\/td>/);
    assert.match(html("3. three"), /<ol start="3">/);
  });

  it("escapes what is in code, and keeps the whole line that opens it", () => {
    assert.equal(html('```zork title="a.z"\n<i>x</i>\n```'), '<pre data-info="zork title=&quot;a.z&quot;"><code>&lt;i&gt;x&lt;/i&gt;\n</code></pre>\n');
  });

  it("marks tasks, done and to do", () => {
    const items = elements("- [x] one\n- [ ] two\n- [three]").filter(({ tagName }) => tagName === "LI");
    assert.deepEqual(items.map((item) => item.querySelector('[role="img"]')?.getAttribute("aria-label")), ["done", "to do", undefined]);
    assert.deepEqual(items.map(({ textContent }) => textContent.trim()), ["one", "two", "[three]"]);
  });

  it("takes an unclosed fence for code up to the end", () => {
    const [pre, code] = elements("```python\nprint(1)\n\n# more");
    assert.deepEqual([pre?.tagName, code?.tagName, code?.textContent], ["PRE", "CODE", "print(1)\n\n# more"]);
  });

  it("links only to the web", () => {
    const links = elements("[a](https://example.org/x) <http://example.org/y> https://example.org/z").filter(({ tagName }) => tagName === "A");
    assert.deepEqual(links.map((link) => link.getAttribute("href")), ["https://example.org/x", "http://example.org/y", "https://example.org/z"]);
  });

  it("does not take file names for web addresses", () => {
    assert.ok(!html("See main.rs, index.py and setup.sh or mail ada@example.org.").includes("<a"));
  });

  const hostile: readonly string[] = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<iframe src='https://example.org'></iframe>",
    "<style>body{display:none}</style>",
    "<form action='https://example.org'><input></form>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\u0000script:alert(1))",
    "[x](command:workbench.action.terminal.sendSequence)",
    "[x](vscode://file/etc/passwd)",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](file:///etc/passwd)",
    "<command:foo>",
    "![x](https://example.org/pixel.png)",
    "![x](command:foo)",
    "[x]: javascript:alert(1)\n\n[x]",
    "```html\" onmouseover=\"alert(1)\n<script>alert(1)</script>\n```",
    "`<img src=x onerror=alert(1)>`",
    "<a href='https://example.org' onclick='alert(1)' style='position:fixed'>x</a>",
    "</code></pre><script>alert(1)</script>",
    "| <img src=x onerror=alert(1)> |\n|---|",
  ];
  const allowedAttributes = new Set(["class", "href", "start", "data-info", "tabindex"]);
  for (const text of hostile) {
    it(`makes nothing live of ${JSON.stringify(text)}`, () => {
      for (const element of elements(text)) {
        assert.ok(!/^(script|img|svg|iframe|style|form|input|object|embed|link|meta|base)$/i.test(element.tagName), element.tagName);
        for (const { name, value } of element.attributes) {
          assert.ok(allowedAttributes.has(name), `${element.tagName} ${name}`);
          if (name === "href") assert.match(value, /^https?:\/\//);
        }
      }
    });
  }

  it("takes a very long line", () => {
    const words = "word ".repeat(40_000);
    assert.equal(elements(words)[0]?.textContent.length, words.trimEnd().length);
    const code = "x".repeat(200_000);
    assert.equal(elements(`\`\`\`js\n${code}\n\`\`\``)[1]?.textContent, `${code}\n`);
  });

  it("takes deep nesting", () => {
    assert.ok(elements(`${"> ".repeat(40)}deep`).length > 40);
    const [first] = elements(`${"> ".repeat(2000)}deep`);
    assert.deepEqual([first?.className, first?.textContent.endsWith("> deep")], ["plain", true], "shown as it is, not left out");
    assert.ok(elements("[".repeat(5000)).length > 0);
  });

  it("shows characters that turn text around", () => {
    assert.equal(showDirectionControls("a\u202Eb\u2066c"), "a\u27E8U+202E\u27E9b\u27E8U+2066\u27E9c");
    assert.equal(showDirectionControls("שלום world"), "שלום world");
  });
});
