import assert from "node:assert/strict";
import { composerHandlers } from "../../../../src/vscode/composer/composerHandlers";
import { DraftStore } from "../../../../src/vscode/composer/draftStore";
import { FakeMemento, openChat } from "../fakes";
import { composerServices } from "./services";

describe("drafts in the workspace's memory", () => {
  it("are given back to any view of the same window and the next one", async () => {
    const memento = new FakeMemento();
    const open = () => composerHandlers(() => Promise.resolve(openChat().chat), composerServices({ drafts: new DraftStore(memento) }));
    const { signal } = new AbortController();
    await open().keepDraft({ conversation: "a", text: "For a" }, signal);
    await open().keepDraft({ conversation: "", text: "" }, signal);
    const ask = (conversation: string) => open().draft({ conversation }, signal);
    assert.deepEqual([await ask("a"), await ask(""), await ask("b")], ["For a", "", null]);
    await assert.rejects(async () => open().draft({} as never, signal), /cannot be understood/);
  });

  it("are those of the fifty conversations in which something was typed last", async () => {
    const store = new DraftStore(new FakeMemento());
    for (let index = 0; index < 60; index++) await store.set(`c${index}`, `Draft ${index}`);
    await store.set("c10", "Again");
    await store.set("c60", "Newest");
    assert.deepEqual([store.get("c10"), store.get("c11"), store.get("c60"), store.get("c9")], ["Again", undefined, "Newest", undefined]);
  });

  it("are none where the memory holds something else", () => {
    const memento = new FakeMemento();
    memento.values.set("hearth.drafts", [["a", "A"], ["b"], 3]);
    const store = new DraftStore(memento);
    assert.deepEqual([store.get("a"), store.get("b")], ["A", undefined]);
  });
});
