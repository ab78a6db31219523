import assert from "node:assert/strict";
import type { HearthError } from "../../../src/common/errors";
import { modelEdit } from "../../../src/chat/edits/modelEdit";
import { asksAlone } from "../../../src/chat/onlyAnswers";
import { systemPrompt } from "../../../src/chat/rules";
import { writeCommitMessage } from "../../../src/chat/writeCommitMessage";
import type { RetrieveQuery } from "../../../src/rag/ports";
import { chatSettings, FakeModel, info } from "./fakes";
import { ask, given, never } from "./sessionKit";

const small = { ...info, id: "ember", defaults: { ...info.defaults, answersOnly: true } } as const;

/** A session with a model that only answers, and an index that finds one passage for every question. */
function smallSession() {
  const queries: RetrieveQuery[] = [];
  const text = "function addParcel(parcel) {}";
  const retriever = {
    retrieve: (query: RetrieveQuery) => {
      queries.push(query);
      return Promise.resolve([{ path: "src/desk.ts", startLine: 3, endLine: 3, text: `${text} // ${queries.length}`, score: 1, language: "typescript", hash: "" }]);
    },
  };
  const parts = given({ retriever, settings: { rules: [{ path: "AGENTS.md", text: "Write tests." }], systemPrompt: "Be a pirate." } });
  parts.model.info = small;
  return parts;
}

describe("a question to a model that only answers", () => {
  const cases: readonly [text: string, alone: boolean][] = [
    ["What about its parameters?", false],
    ["And what does it call?", false],
    ["Who calls it?", false],
    ["Where is zoneOf defined?", true],
    ["Where is it called, `zoneOf`?", true],
    ["What is it in src/zones.ts?", true],
    ["Does it call price_in_cents?", true],
    ["Which parcels count as late?", true],
  ];
  for (const [text, alone] of cases) it(`${alone ? "stands alone" : "follows one up"}: ${text}`, () => assert.equal(asksAlone(small, { text, attachments: [] }), alone));

  it("stands alone with something attached, and to every other model", () => {
    const attachments = [{ path: "a.ts", startLine: 1, endLine: 1, language: "typescript", text: "a" }];
    assert.equal(asksAlone(small, { text: "What is it?", attachments }), true);
    assert.equal(asksAlone(info, { text: "What is it?", attachments: [] }), true);
  });

  it("has the model's own system prompt alone", () => {
    const rules = [{ path: "AGENTS.md", text: "Write tests." }];
    assert.equal(systemPrompt({ systemPrompt: "Be a pirate.", rules }, small), "Be brief.");
  });

  it("is sent without earlier ones; a follow-up with the one before it, and with that one's code", async () => {
    const { model, session } = smallSession();
    for (const text of ["Where is addParcel defined?", "Where is removeParcel defined?", "What about its parameters?"]) await ask(session, text);
    const sent = model.requests.map(({ system, turns }) => [system, ...turns.map(({ user, context }) => `${user}${context ? " +code" : ""}`)]);
    assert.deepEqual(sent, [
      ["Be brief.", "Where is addParcel defined? +code"],
      ["Be brief.", "Where is removeParcel defined? +code"],
      ["Be brief.", "Where is removeParcel defined? +code", "What about its parameters?"],
    ]);
  });
});

describe("what a model that only answers is not asked for", () => {
  const model = new FakeModel();
  model.info = small;
  const refused = (error: HearthError) => error.code === "model-too-small" && /^ember is too small/.test(error.message) && error.remedy !== undefined;
  const drain = async (events: AsyncIterable<unknown>) => {
    for await (const event of events) assert.ok(event);
  };

  it("commit messages", async () => {
    const parts = { files: [{ path: "a.ts", text: "+a" }], recent: [], branch: undefined };
    await assert.rejects(drain(writeCommitMessage({ model, settings: chatSettings }, parts as never, never)), refused);
  });

  it("edits", async () => {
    await assert.rejects(drain(modelEdit({ model, settings: chatSettings }, {} as never, never)), refused);
  });

  it("summaries of what another one answered", async () => {
    const { session, model: answering } = given();
    for (const text of ["Where is addParcel defined?", "Where is removeParcel defined?"]) await ask(session, text);
    answering.info = small;
    await assert.rejects(drain(session.compact(never)), refused);
  });
});
