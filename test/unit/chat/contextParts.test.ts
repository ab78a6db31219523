import assert from "node:assert/strict";
import type { ContextPart } from "../../../src/chat/contextParts";
import type { Attachment } from "../../../src/chat/types";
import { chunk, fakeRetriever } from "./fakes";
import { ask, given, never } from "./sessionKit";

const attachment: Attachment = { path: "a.ts", startLine: 1, endLine: 1, language: "typescript", text: "let a = 1" };
const words = (text = "") => text.split(/\s+/).filter(Boolean).length;
const shown = (parts: readonly ContextPart[]) => parts.map(({ kind, label }) => (label === "" ? kind : `${kind} ${label}`));

describe("the parts of the context", () => {
  it("are those of the next prompt, with its exact texts and all its tokens", async () => {
    const { session, model } = given({ settings: { rules: [{ path: "AGENTS.md", text: "Be kind." }] } });
    await ask(session, "Where is it?", [attachment]);
    const { contextSize, parts } = await session.context({ text: "And then?", attachments: [] }, never);
    assert.deepEqual(shown(parts), ["system", "rules AGENTS.md", "attachments Where is it?", "history Where is it?", "question", "answer", "free"]);
    await ask(session, "And then?");
    const sent = model.requests.at(-1)!;
    assert.equal(parts.flatMap(({ kind, text = "" }) => (kind === "system" || kind === "rules" ? [text] : [])).join("\n\n"), sent.system);
    const [first, last] = sent.turns;
    const text = (kind: ContextPart["kind"]) => parts.find((part) => part.kind === kind)?.text;
    assert.equal(`${text("attachments")}\n\n${text("history")}`, `${first?.user}\n\n${first?.answer?.text}`);
    assert.equal(text("question"), last?.user);
    assert.equal(parts.reduce((sum, { tokens }) => sum + tokens, 0), contextSize);
    assert.equal(parts.filter(({ kind }) => kind !== "answer" && kind !== "free").reduce((sum, { tokens }) => sum + tokens, 0), (await model.measure(sent)).promptTokens);
  });

  it("name the code that was found, and count it as the engine does", async () => {
    const retriever = fakeRetriever([chunk("a.ts", 1, "const parcel = 1;")]);
    const { session } = given({ retriever });
    const { turn } = await ask(session, "What is a parcel?");
    assert.notEqual(turn.codeText, "");
    const { parts } = await session.context({ text: "", attachments: [] }, never);
    const code = parts.find(({ kind }) => kind === "code");
    assert.deepEqual([code?.text, code?.tokens, code?.turn], [turn.codeText, words(turn.codeText), turn.id]);
  });

  it("have the summary that the next question takes over, and not what it stands for", async () => {
    const { session, model } = given();
    for (const text of ["One?", "Two?", "Three?"]) await ask(session, `${text} ${"word ".repeat(40)}`);
    model.script = "They spoke of numbers.";
    const folding = session.compact(never);
    while (!(await folding.next()).done);
    const { parts } = await session.context({ text: "", attachments: [] }, never);
    assert.deepEqual(shown(parts).filter((name) => /^(history|summary)/.test(name)).map((name) => name.slice(0, 14)), ["history Three?", "summary"]);
    assert.match(parts.find(({ kind }) => kind === "summary")?.text ?? "", /They spoke of numbers\./);
  });

  it("leave nothing free, and no answer, in a context that is too full", async () => {
    const { session } = given();
    await ask(session, "One?");
    const { parts } = await session.context({ text: "word ".repeat(500), attachments: [] }, never);
    assert.deepEqual(parts.slice(-2).map(({ kind, tokens }) => [kind, tokens]), [["answer", 0], ["free", 0]]);
  });
});
