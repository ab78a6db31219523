import assert from "node:assert/strict";
import { fillPrompt, readPromptFiles, takesInput } from "../../../src/chat/promptFiles";

function read(...files: readonly (readonly [name: string, text: string])[]) {
  return readPromptFiles(files.map(([name, text]) => ({ path: `.hearth/prompts/${name}`, text })), new Set(["explain"]));
}

describe("a prompt file", () => {
  it("has its name, description and attachments from its front matter", () => {
    const { prompts, bad } = read(["x.md", "---\nname: Review\ndescription: Looks for faults\nattachments:\n  - gitDiff\n  - docs/style.md\n---\n\nReview {{input}}.\n"]);
    assert.deepEqual(prompts, [
      { path: ".hearth/prompts/x.md", name: "review", description: "Looks for faults", attachments: ["gitDiff", "docs/style.md"], body: "Review {{input}}." },
    ]);
    assert.deepEqual(bad, []);
  });

  it("needs no front matter: its file names it, its first line describes it", () => {
    const [prompt] = read(["Todo-list.md", "# List what is left\r\n\r\nRead it all.\r\n"]).prompts;
    assert.deepEqual(prompt, { path: ".hearth/prompts/Todo-list.md", name: "todo-list", description: "List what is left", attachments: [], body: "# List what is left\n\nRead it all." });
  });

  it("may have a rule of dashes in its text", () => {
    assert.equal(read(["a.md", "One.\n\n---\n\nTwo."]).prompts[0]?.body, "One.\n\n---\n\nTwo.");
  });

  const faults: readonly [name: string, file: string, text: string, problem: RegExp][] = [
    ["YAML that cannot be read", "a.md", "---\nname: [\n---\nX", /line 1|Flow sequence/],
    ["front matter that does not end", "a.md", "---\nname: a\nX", /no second line "---"/],
    ["front matter that is a text", "a.md", "---\njust words\n---\nX", /front matter/],
    ["a field that it does not know", "a.md", "---\ntitle: a\n---\nX", /"title"/],
    ["a field of the wrong type", "a.md", "---\nattachments: gitDiff\n---\nX", /"attachments".*Array/],
    ["a name that is none", "a.md", "---\nname: two words\n---\nX", /"two words" is no name/],
    ["a file's name that is none", "1st.md", "X", /"1st" is no name/],
    ["a name of Hearth's", "explain.md", "X", /"explain" is taken by Hearth/],
    ["no text", "a.md", "---\nname: a\n---\n  \n", /no text/],
    ["aliases that would grow without end", "a.md", "---\nname: &a [x, x]\ndescription: [*a, *a]\n---\nX", /alias/i],
  ];
  for (const [name, file, text, problem] of faults) {
    it(`with ${name} is told, and not used`, () => {
      const { prompts, bad } = read([file, text]);
      assert.deepEqual([prompts, bad.map(({ path }) => path)], [[], [`.hearth/prompts/${file}`]]);
      assert.match(bad[0]?.problem ?? "", problem);
    });
  }

  it("that takes another one's name is told, and the others are used", () => {
    const { prompts, bad } = read(["a.md", "One"], ["b.md", "---\nname: a\n---\nTwo"], ["c.md", "Three"]);
    assert.deepEqual(prompts.map(({ body }) => body), ["One", "Three"]);
    assert.match(bad[0]?.problem ?? "", /taken by \.hearth\/prompts\/a\.md/);
  });
});

describe("a prompt that is asked", () => {
  const selection = () => "SELECTED {{input}}";
  const cases: readonly [body: string, input: string, expected: string][] = [
    ["Do {{input}} now.", "it", "Do it now."],
    ["Do {{ input }} and {{input}}.", "it", "Do it and it."],
    ["Do it.", "", "Do it."],
    ["Do it.", "Soon", "Do it.\n\nSoon"],
    ["Type {{selection}}.", "", "Type SELECTED {{input}}."],
    ["{{input}}", "{{selection}} $& $1", "{{selection}} $& $1"],
    ["Keep {{other}}.", "", "Keep {{other}}."],
  ];
  for (const [body, input, expected] of cases) it(`"${body}" with "${input}" is "${expected}"`, () => assert.equal(fillPrompt({ body }, { input, selection }), expected));

  it("asks for the selection only where it has a place for it", () => {
    const refused = () => {
      throw new Error("nothing is selected");
    };
    assert.equal(fillPrompt({ body: "Do it." }, { input: "", selection: refused }), "Do it.");
    assert.throws(() => fillPrompt({ body: "{{selection}}" }, { input: "", selection: refused }));
  });

  it("says whether it waits for text", () => assert.deepEqual(["Do {{input}}.", "Do it."].map((body) => takesInput({ body })), [true, false]));
});
