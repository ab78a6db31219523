import assert from "node:assert/strict";
import { TabMemory } from "../../../src/vscode/tabMemory";
import { FakeMemento } from "./fakes";

describe("the memory of open tabs", () => {
  async function after(...opened: string[]): Promise<FakeMemento> {
    const memento = new FakeMemento();
    const tabs = new TabMemory(memento);
    for (const id of opened) await tabs.opened(id);
    return memento;
  }

  it("gives tabs without a state the conversations that were open, newest first", async () => {
    const tabs = new TabMemory(await after("a", "b"));
    assert.deepEqual([tabs.claim(undefined), tabs.claim(undefined), tabs.claim(undefined)], ["b", "a", undefined]);
  });

  it("lets a tab that names its conversation have it", async () => {
    const tabs = new TabMemory(await after("a", "b"));
    assert.deepEqual([tabs.claim("a"), tabs.claim(undefined)], ["a", "b"]);
  });

  it("gives a tab whose conversation was claimed before it the one that is left", async () => {
    const tabs = new TabMemory(await after("a", "b"));
    assert.deepEqual([tabs.claim(undefined), tabs.claim("b"), tabs.claim("b")], ["b", "a", undefined]);
  });

  it("keeps what no tab has claimed yet, and forgets a tab that was closed", async () => {
    const memento = await after("a", "b", "c");
    const tabs = new TabMemory(memento);
    await tabs.opened(tabs.claim("b")!);
    assert.deepEqual(memento.values.get("hearth.tabs"), ["a", "c", "b"]);
    await tabs.closed("b");
    assert.deepEqual(memento.values.get("hearth.tabs"), ["a", "c"]);
  });

  it("takes nothing from a store that holds something else", () => {
    const memento = new FakeMemento();
    memento.values.set("hearth.tabs", [1, "a", null]);
    assert.equal(new TabMemory(memento).claim(undefined), "a");
    memento.values.set("hearth.tabs", "a");
    assert.equal(new TabMemory(memento).claim(undefined), undefined);
  });
});
