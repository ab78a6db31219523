import assert from "node:assert/strict";
import { editPrompt, type EditRequest } from "../../../../src/chat/edits/editPrompt";
import { type EditPlace, finishedEdit, partialEdit, streamedEdit } from "../../../../src/chat/edits/editStream";
import { modelEdit, type ModelEditEvent } from "../../../../src/chat/edits/modelEdit";
import { HearthError } from "../../../../src/common/errors";
import { chatSettings, FakeModel } from "../fakes";

const request: EditRequest = {
  path: "src/a.ts",
  language: "typescript",
  instruction: "  Rename it.  ",
  selection: "let a = 1;\n",
  before: "one\ntwo\nthree\n",
  after: "four\nfive\nsix\n",
};

describe("the prompt of an edit", () => {
  it("has the file's name, the selection, what stands around it, and the instruction", () => {
    const prompt = editPrompt(request, 2);
    for (const part of ["File: src/a.ts", "```typescript\ntwo\nthree\n```", "```typescript\nfour\nfive\n```", "```typescript\nlet a = 1;\n```", "Instruction: Rename it.\n"]) assert.ok(prompt.includes(part), `${part} in\n${prompt}`);
    assert.doesNotMatch(prompt, /one|six/);
  });

  it("has nothing around the selection where there is no room", () => {
    assert.doesNotMatch(editPrompt(request, 0), /stands/);
  });

  it("asks for new code where nothing is selected", () => {
    assert.match(editPrompt({ ...request, selection: "" }), /Write the code for this place\.[^]*new code only/);
  });

  it("is not ended by fences in the file", () => {
    assert.match(editPrompt({ ...request, selection: "a\n```\nb\n" }), /\n````typescript\na\n```\nb\n````\n/);
  });
});

describe("an answer becomes an edit", () => {
  const place: EditPlace = { before: "function f() {\n", selection: "  a();\n  b();\n  c();\n", after: "}\n", language: "typescript" };

  it("that keeps the indentation", () => {
    assert.equal(finishedEdit(place, "```ts\nx();\nif (y) {\n  z();\n}\n```"), "function f() {\n  x();\n  if (y) {\n    z();\n  }\n}\n");
  });

  it("that keeps what the answer has not reached yet", () => {
    assert.equal(partialEdit(place, "```ts\nx();\ny"), "function f() {\n  x();\n  y\n  c();\n}\n");
  });

  it("that is nothing while there is no code", () => {
    for (const answer of ["", "```", "```ts\n", "Sure, I will do that.", "<think>let a"]) assert.equal(partialEdit(place, answer), undefined, answer);
  });

  it("that shows nothing of a sentence while it comes", () => {
    for (const answer of ["I would", "I would rather not", "Sure"]) assert.equal(streamedEdit(place, answer), undefined, answer);
    for (const answer of ["```ts\nfoo", "return fo", "foo();\nba"]) assert.ok(streamedEdit(place, answer), answer);
  });

  it("at the end of a file whose last line has no end", () => {
    assert.equal(finishedEdit({ before: "a\n", selection: "b", after: "", language: "" }, "```\nB()\n```"), "a\nB()");
  });

  it("on an empty line, as deep as it stands", () => {
    assert.equal(finishedEdit({ before: "f() {\n", selection: "", after: "}\n", language: "", indent: "  " }, "```\na();\nb();\n```"), "f() {\n  a();\n  b();\n}\n");
  });
});

async function run(model: FakeModel, wanted: EditRequest, signal = new AbortController().signal): Promise<ModelEditEvent[]> {
  const events: ModelEditEvent[] = [];
  for await (const event of modelEdit({ model, settings: chatSettings }, wanted, signal)) events.push(event);
  return events;
}

describe("a model edits", () => {
  it("in a conversation of its own, which is forgotten", async () => {
    const model = new FakeModel();
    model.script = "let b = 1;";
    const events = await run(model, request);
    const done = events.at(-1);
    assert.ok(done?.type === "done");
    assert.match(done.answer, /let b = 1;/);
    const [sent] = model.requests;
    assert.match(sent!.conversation, /^edit-/);
    assert.match(sent!.system, /editing function/);
    assert.deepEqual(model.forgotten, [sent!.conversation]);
  });

  it("with less around the selection when the context is short", async () => {
    const model = new FakeModel();
    const many = "word ".repeat(9);
    await run(model, { ...request, before: `${many}\n`.repeat(100), after: "" });
    const user = model.requests[0]!.turns[0]!.user;
    assert.ok(user.split(many).length - 1 <= 20, `${user.length} characters`);
  });

  it("refuses a selection that is too long, and forgets it", async () => {
    const model = new FakeModel();
    await assert.rejects(run(model, { ...request, selection: "word ".repeat(250) }), (error) => error instanceof HearthError && error.code === "prompt-too-long" && /Select less/.test(error.remedy ?? ""));
    assert.deepEqual([model.requests.length, model.forgotten.length], [0, 1]);
  });

  it("tells why there is no model", async () => {
    const model = new FakeModel();
    model.loadError = new HearthError("model-not-found", "No model.");
    await assert.rejects(run(model, request), /No model/);
  });

  it("ends when it is stopped", async () => {
    const model = new FakeModel();
    model.script = "word ".repeat(40);
    const abort = new AbortController();
    let tokens = 0;
    model.beforeToken = () => {
      if (++tokens === 5) abort.abort();
    };
    const done = (await run(model, request, abort.signal)).at(-1);
    assert.ok(done?.type === "done" && done.stopReason === "aborted");
    assert.equal(model.forgotten.length, 1);
  });
});
