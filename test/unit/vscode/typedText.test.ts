import assert from "node:assert/strict";
import { codeQuestion, codeQuestionKinds } from "../../../src/chat/codeQuestions";
import { slashCommands } from "../../../src/vscode/typedText";
import { type Place, promptFiles, selected, typed, whole } from "./composer/typed";

const prompts = promptFiles({
  "changelog.md": "---\nname: changelog\ndescription: Writes an entry\nattachments: [gitDiff, docs/style.md]\n---\nWrite an entry: {{input}}",
  "types.md": "Add types to this.\n\n{{selection}}",
  "broken.md": "---\nname: [\n---\nX",
});

describe("a line that is typed in the chat", () => {
  const lines: readonly [line: string, ...outcome: string[]][] = [
    ["Why?", "ask Why?"],
    ["!important stays in CSS?", "ask !important stays in CSS?"],
    ["/etc/hosts: who reads it?", "ask /etc/hosts: who reads it?"],
    ["// is a comment in C?", "ask // is a comment in C?"],
    ["/compact", "compact"],
    ["/CLEAR", "clear"],
    ["/new", "new"],
    ["/model", "command hearth.selectModel"],
    ["/commit", "command hearth.writeCommitMessage"],
    ["/export", "command hearth.exportChat"],
    ["/clear all", "/clear takes no arguments."],
    ["/help me", "/help takes no arguments."],
    ["/set top-k 4", 'The chat has no command "/set". /help lists the commands.'],
    ["/nosuch", 'The chat has no command "/nosuch". /help lists the commands.'],
    ["/test the parser", 'The chat has no command "/test". Did you mean /tests? /help lists the commands.'],
    ["/exlpain", 'The chat has no command "/exlpain". Did you mean /explain? /help lists the commands.'],
    ["/", 'The chat has no command "/". /help lists the commands.'],
  ];
  for (const [line, ...outcome] of lines) it(`"${line}" comes to: ${outcome.join(", ")}`, async () => assert.deepEqual(await typed(line), outcome));
});

describe("a command that asks about code", () => {
  const places: readonly [name: string, place: Place, attached: string][] = [
    ["the selection", { selection: selected, file: whole, pending: [whole] }, " + a.ts"],
    ["what is attached", { file: whole, pending: [selected] }, ""],
    ["the whole file", { file: whole }, " + b.ts"],
  ];
  for (const [name, place, attached] of places) {
    it(`takes ${name}`, async () => assert.deepEqual(await typed("/fix", place), [`ask ${codeQuestion("fix")}${attached}`]));
  }

  it("takes a wish of several lines along", async () => {
    assert.deepEqual(await typed("/explain only\nthe loop", { selection: selected }), [`ask ${codeQuestion("explain", "only\nthe loop")} + a.ts`]);
  });

  it("says what is missing", async () => {
    assert.match((await typed("/review")).join(), /no code for this question.*Select code/);
  });

  it("is there for every kind of question", async () => {
    for (const kind of codeQuestionKinds) assert.deepEqual(await typed(`/${kind}`, { file: whole }), [`ask ${codeQuestion(kind)} + b.ts`]);
  });
});

describe("a prompt of the workspace", () => {
  it("is filled in and asked with what it attaches", async () => {
    assert.deepEqual(await typed("/changelog the lock", { prompts }), ["ask Write an entry: the lock + named gitDiff + named docs/style.md"]);
  });

  it("has the selection in the place that it names", async () => {
    assert.deepEqual(await typed("/types", { prompts, selection: selected }), ["ask Add types to this.\n\na.ts:1-2\n```typescript\nlet a;\nlet b;\n```"]);
  });

  it("that names the selection is refused without one", async () => {
    assert.match((await typed("/types", { prompts })).join(), /\/types works on selected code, and nothing is selected. Select/);
  });

  it("that cannot be used says why where it is called, and in the help", async () => {
    assert.match((await typed("/broken", { prompts })).join(), /^\.hearth\/prompts\/broken\.md cannot be used: .*Correct the file\.$/s);
    assert.match((await typed("/help", { prompts })).join(), /\.hearth\/prompts\/broken\.md cannot be used: /);
  });
});

describe("the list of commands", () => {
  it("has Hearth's own first, then the workspace's", () => {
    const names = slashCommands(prompts).map(({ name }) => name);
    const own = "explain fix tests doc refactor review commit clear compact new model export help";
    assert.equal(names.join(" "), `${own} changelog types`);
  });

  it("says what a prompt is for, and whether it takes text", () => {
    const [changelog, types] = slashCommands(prompts).filter(({ source }) => source === "workspace");
    assert.deepEqual(changelog, { name: "changelog", description: "Writes an entry", argument: "[text]", source: "workspace" });
    assert.deepEqual(types, { name: "types", description: "Add types to this.", source: "workspace" });
  });

  it("stands whole in the help", async () => {
    const [help = ""] = await typed("/help", { prompts });
    for (const { name, description } of slashCommands(prompts)) assert.match(help, new RegExp(`^/${name}\\b.*  .*${description.slice(0, 8)}`, "m"));
  });
});
