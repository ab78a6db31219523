import assert from "node:assert/strict";
import { MarkdownStream } from "../../../../src/cli/markdown/markdownStream";
import { MarkdownWriter } from "../../../../src/cli/markdown/markdownWriter";
import { withClosedMarks, withoutUndecided } from "../../../../src/cli/markdown/openMarks";
import { textStyles } from "../../../../src/cli/markdown/textStyles";
import { LiveRegion } from "../../../../src/cli/screen/liveRegion";
import { VirtualScreen } from "../../terminal/virtualScreen";

const sample = `# The GPU, in short

A **GPU** runs *many* threads. It \`hides\` latency by switching between warps; see [the guide](https://example.com/guide).
A soft break here.

- First item with a long text that has to be wrapped on narrow terminals, \`code\` included
- Second item
  - nested **bold thing**
    1. deep one
    2. deep two

1. Load
2. Launch:
   \`\`\`ts
   /* a comment
      of two lines */
   const launch = (kernel: Kernel, grid = 128) => device.run(\`\${kernel.name}\`, { grid });
   \`\`\`
3. Read back

| Memory | Latency | Note |
|:-------|--------:|:----:|
| Registers | 1 | per thread |
| Shared | 30 | per block, and quite a long remark that needs several lines |
| Global | 400 | 显存 |

> A quote that goes on
> over two lines.

\`\`\`python
def mix(red, green):
    return (red + green) / 2  # a line that is rather long for a terminal of forty columns, or even of eighty
\`\`\`

---

Last ~~words~~ done.
`;

/** The screen, with all that has scrolled away, after a text that came in pieces. */
function drawn(text: string, size: number, columns: number, rows: number): VirtualScreen {
  const screen = new VirtualScreen(columns, rows);
  const stream = new MarkdownStream(textStyles(true));
  const region = new LiveRegion({ write: (part) => screen.write(part), columns, rows });
  for (let at = 0; at < text.length; at += size) {
    stream.push(text.slice(at, at + size));
    const { final, live } = stream.take(Math.min(columns, 100));
    region.update(final, live);
  }
  region.update(stream.end(Math.min(columns, 100)), []);
  return screen;
}

const plainRows = (text: string, columns = 80) => {
  const stream = new MarkdownStream(textStyles(false));
  stream.push(text);
  return stream.end(columns).map((row) => row.replaceAll(new RegExp("\u001b\\[\\d+m", "g"), ""));
};

describe("markdown on a terminal", () => {
  for (const [columns, rows] of [[120, 50], [80, 24], [40, 12], [23, 8]] as const) {
    it(`ends up the same however it comes, at ${columns} columns and ${rows} rows`, () => {
      const whole = drawn(sample, sample.length, columns, 400).text;
      for (const size of [1, 2, 3, 7, 50]) assert.equal(drawn(sample, size, columns, rows).text, whole, `in pieces of ${size}`);
    });
  }

  it("writes what stays as it is once", () => {
    let written = "";
    const writer = new MarkdownWriter({ write: (text) => (written += text), columns: 80, rows: 24 }, textStyles(true));
    for (const paragraph of ["First one.\n\n", "Second one.\n\n", "Third one.\n"]) writer.push(paragraph);
    writer.end();
    assert.equal(written.split("First one.").length, 2);
  });

  const rendered: readonly [name: string, text: string, rows: readonly string[]][] = [
    ["headings and paragraphs", "# A\nb\n\nc", ["A", "", "b", "", "c"]],
    ["lists in lists", "- a\n  - b\n    - c\n- d", ["• a", "  ◦ b", "    ▪ c", "• d"]],
    ["numbers that begin elsewhere", "7. a\n8. b", ["7. a", "8. b"]],
    ["links with their address", "[a](https://b.c) <https://d.e>", ["a (https://b.c) https://d.e"]],
    ["code without a language", "```\n a\n```", ["─".repeat(40), " a", "─".repeat(40)]],
    ["HTML as it stands", "<b>a</b>", ["<b>a</b>"]],
    ["a table that fits", "|a|b|\n|-|-|\n|1|22|", ["a │ b", "──┼───", "1 │ 22"]],
    ["nothing", "", []],
  ];
  for (const [name, text, rows] of rendered) it(`renders ${name}`, () => assert.deepEqual(plainRows(text), rows));

  it("turns a table that has no room into lines", () => {
    assert.deepEqual(plainRows("|first column|second column|third column|\n|-|-|-|\n|alphabet|betabeta|gammagamma|", 18), ["first column:", "alphabet", "second column:", "betabeta", "third column:", "gammagamma"]);
  });

  const undecided: readonly [text: string, shown: string][] = [
    ["a\n-", "a\n"],
    ["a\n1", "a\n"],
    ["a **", "a "],
    ["a\n```t", "a\n"],
    ["- ```t", ""],
    ["a b", "a b"],
  ];
  for (const [text, shown] of undecided) it(`waits with the end of ${JSON.stringify(text)}`, () => assert.equal(withoutUndecided(text), shown));

  const open: readonly [text: string, closed: string][] = [
    ["a **b", "a **b**"],
    ["a `b", "a `b`"],
    ["a *b", "a *b*"],
    ["a **b** c", "a **b** c"],
    ["`**` b", "`**` b"],
    ["2 * 3", "2 * 3"],
    ["- **a\n- b", "- **a\n- b"],
  ];
  for (const [text, closed] of open) it(`closes ${JSON.stringify(text)}`, () => assert.equal(withClosedMarks(text), closed));
});
