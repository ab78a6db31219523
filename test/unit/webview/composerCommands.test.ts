import assert from "node:assert/strict";
import { rankCommands } from "../../../src/webview/composer/commandSuggestions";
import type { ViewSlashCommand } from "../../../src/webview/protocol";
import { press } from "./chatPage";
import { labels, openComposer, options, optionsShown, settle, write } from "./composerPage";
import { until, usePage } from "./page";

const commands: readonly ViewSlashCommand[] = [
  { name: "refactor", description: "Improve the code", argument: "[wish]", source: "hearth" },
  { name: "review", description: "Find faults", argument: "[wish]", source: "hearth" },
  { name: "clear", description: "Forget this conversation", source: "hearth" },
  { name: "our-review", description: "By our rules", source: "workspace" },
];

describe("the list of commands", () => {
  usePage();

  it("puts the named one first, then those that begin so, then those that hold it", () => {
    const named = { ...commands[0]!, name: "re" };
    assert.deepEqual(rankCommands([...commands, named], "re").map(({ name }) => name), ["re", "refactor", "review", "our-review"]);
    assert.deepEqual(rankCommands(commands, "VIEW").map(({ name }) => name), ["review", "our-review"]);
  });

  it("shows name, argument and description, and marks those of the workspace", async () => {
    const { input } = openComposer({ slashCommands: () => commands });
    write(input, "/");
    await optionsShown(4);
    assert.deepEqual(labels(), ["/refactor [wish]", "/review [wish]", "/clear", "/our-review"]);
    assert.equal(options()[0]?.querySelector(".suggestion-detail")?.textContent, "Improve the code");
    assert.deepEqual(options().map((option) => option.querySelector(".suggestion-badge")?.textContent), [undefined, undefined, undefined, "workspace"]);
  });

  it("completes with Tab and Enter, with room for an argument", async () => {
    const { input, requests } = openComposer({ slashCommands: () => commands });
    write(input, "/rev");
    await optionsShown(2);
    press(input, "Tab");
    assert.equal(input.value, "/review ");
    write(input, "/cl");
    await optionsShown(1);
    press(input, "Enter");
    assert.deepEqual([input.value, requests("ask")], ["/clear", []]);
    press(input, "Enter");
    await until("the command", () => requests("ask").length === 1);
    assert.deepEqual(requests("ask"), ["/clear"]);
  });

  it("sends a command that is whole with Enter, also before the list is there or where there is none", async () => {
    const { input, requests } = openComposer({ slashCommands: () => commands });
    write(input, "/clear");
    press(input, "Enter");
    await until("the command", () => requests("ask").length === 1);
    document.body.replaceChildren();
    const bare = openComposer();
    write(bare.input, "/help");
    press(bare.input, "Enter");
    await until("the command", () => bare.requests("ask").length === 1);
    write(bare.input, "/etc/hosts");
    press(bare.input, "Enter");
    await settle();
    assert.deepEqual(bare.requests("ask"), ["/help", "/etc/hosts"]);
  });
});
