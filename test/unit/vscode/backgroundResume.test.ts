import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { ResumeResult } from "../../../src/engine/ports";
import { resumeNote } from "../../../src/vscode/backgroundResume";
import { named, openChat, ready } from "./fakes";

describe("coming back", () => {
  const resumed = { tokens: 1812, restoredTokens: 1800, evaluatedTokens: 0 };

  function comeBack(result: Promise<ResumeResult | undefined> = Promise.resolve(resumed)) {
    return openChat((first) => {
      first.hold("a", "b");
      first.resumed = result;
    });
  }

  it("resumes a conversation with turns once the model is loaded, and says so until the next question", async () => {
    const { chat, sent, engine, session } = comeBack();
    assert.equal(session().resumes.length, 0, "no engine is started for it");
    engine.become(ready());
    await sleep(1);
    assert.equal(chat.state.note, "Resumed 1,812 tokens, 0 read again.");
    assert.deepEqual(named(sent, "note"), [chat.state.note]);
    await chat.ask("And?");
    assert.deepEqual([named(sent, "note").at(-1), chat.state.note], ["", ""]);
    await chat.stop();
  });

  const notes: readonly [ResumeResult, string][] = [
    [{ tokens: 1812, restoredTokens: 1700, evaluatedTokens: 12 }, "Resumed 1,800 tokens, 12 read again."],
    [{ tokens: 412, restoredTokens: 0, evaluatedTokens: 412 }, "Read 412 tokens again in the background."],
    [{ tokens: 412, restoredTokens: 0, evaluatedTokens: 0 }, ""],
  ];
  for (const [result, note] of notes) it(`says "${note}" of ${JSON.stringify(result)}`, () => assert.equal(resumeNote(result), note));

  it("leaves an empty chat and a hidden one alone; the hidden one resumes when it is looked at", async () => {
    const empty = openChat();
    empty.engine.become(ready());
    const hidden = comeBack();
    hidden.page.visible = false;
    hidden.engine.become(ready());
    await sleep(1);
    assert.deepEqual([empty.session().resumes.length, hidden.session().resumes.length], [0, 0]);
    hidden.page.visible = true;
    hidden.chat.connect(() => undefined).dispose();
    await sleep(1);
    assert.equal(hidden.session().resumes.length, 1);
  });

  it("resumes again when the engine has loaded the same model again, but not for another model", () => {
    const { engine, session } = comeBack();
    engine.become(ready("aa"));
    engine.become({ kind: "restarting", model: "phi3-mini", reason: "x" });
    engine.become(ready("aa"));
    assert.equal(session().resumes.length, 2);
    engine.become({ kind: "loading", model: "other", fraction: 0 });
    engine.become(ready("bb"));
    assert.equal(session().resumes.length, 2);
  });

  it("gives way to a question, which brings the conversation back itself", async () => {
    const { promise, resolve } = Promise.withResolvers<ResumeResult>();
    const { chat, engine, session } = comeBack(promise);
    engine.become(ready());
    await chat.ask("Why?");
    assert.equal(session().resumes[0]?.aborted, true);
    resolve(resumed);
    session().finish("x");
    await chat.idle;
    assert.equal(chat.state.note, "");
    engine.become(ready());
    assert.equal(session().resumes.length, 1);
  });

  it("fails quietly", async () => {
    const { chat, engine, lines } = comeBack(Promise.reject(new Error("No room.")));
    engine.become(ready());
    await sleep(1);
    assert.deepEqual([chat.state.note, chat.busy, lines], ["", false, ["info: The conversation was not resumed: No room."]]);
  });
});
