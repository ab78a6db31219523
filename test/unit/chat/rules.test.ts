import assert from "node:assert/strict";
import { newConversation } from "../../../src/chat/conversation";
import { promptScope } from "../../../src/chat/promptScope";
import { resumeBranch } from "../../../src/chat/resumeBranch";
import { fitRules, systemPrompt } from "../../../src/chat/rules";
import { chatSettings, FakeModel, info } from "./fakes";
import { conversationOf, turn } from "./samples";

const rules = [
  { path: "AGENTS.md", text: "Write tests.\n" },
  { path: ".hearth/rules/style.md", text: "Use tabs." },
];

describe("the system prompt", () => {
  it("without rules is the person's own, or else the model's", () => {
    assert.equal(systemPrompt({}, info), "Be brief.");
    assert.equal(systemPrompt({ systemPrompt: "Be kind.", rules: [] }, info), "Be kind.");
  });

  it("has the rules after it, each under its path, in their order", () => {
    const expected = "Be brief.\n\nRules of this workspace, from AGENTS.md:\n\nWrite tests.\n\nRules of this workspace, from .hearth/rules/style.md:\n\nUse tabs.";
    assert.equal(systemPrompt({ rules }, info), expected);
  });

  it("is the rules alone where the person wants no other", () => {
    assert.match(systemPrompt({ systemPrompt: "", rules }, info), /^Rules of this workspace, from AGENTS\.md:/);
  });

  it("is the same for a question and for what is brought back before it", async () => {
    const model = new FakeModel();
    const settings = { ...chatSettings, rules };
    const conversation = conversationOf([turn("a")]);
    const { signal } = new AbortController();
    await resumeBranch({ model, settings }, conversation, signal);
    const { system } = promptScope({ model, settings }, info, newConversation(), undefined, signal);
    assert.deepEqual(model.resumed.map((prompt) => prompt.system), [system]);
    assert.match(system, /Use tabs\./);
  });
});

describe("rules that are too long for the context", () => {
  const long = { path: "AGENTS.md", text: "Write tests.\n".repeat(100) };

  it("are cut at a line, and say so", () => {
    const [fitted] = fitRules([long], 400);
    assert.ok(fitted?.cut && fitted.text.length < 400 + 60);
    assert.match(fitted.text, /^(Write tests\.\n)+\[Cut here by Hearth: \d+ more lines left out\.\]$/);
  });

  it("leave those behind them out, which are named all the same", () => {
    const [, fitted] = fitRules([long, ...rules], 400);
    assert.deepEqual(fitted, { path: "AGENTS.md", text: "[Left out by Hearth: the context has no room for AGENTS.md.]", cut: true });
  });

  it("are whole in a larger context", () => {
    assert.deepEqual(fitRules([long, ...rules], 4096).map(({ cut }) => cut), [false, false, false]);
  });
});
