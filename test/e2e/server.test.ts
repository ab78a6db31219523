import assert from "node:assert/strict";
import type { ChatView } from "./chatView";
import { eventually } from "./eventually";
import { QuickPick } from "./quickPick";
import { ScriptedServer } from "./scriptedServer";
import { useWorkbench } from "./useWorkbench";

const themes = [
  ["Light Modern", "vscode-light", "light"],
  ["Default High Contrast", "vscode-high-contrast", "high-contrast"],
  ["Dark Modern", "vscode-dark", "dark"],
] as const;
const limit = { timeout: 60_000 };

describe("a model on a server (scripted answers)", () => {
  const server = new ScriptedServer();
  const workbench = useWorkbench(async () => {
    await server.start();
    return { settings: { "hearth.backend": "openai", "hearth.server.url": server.url } };
  });
  after(() => server.stop());

  const statusBar = (text: string) => workbench().page.locator(".statusbar-item").getByText(text).first();
  const button = (chat: ChatView, name: string) => chat.lastTurn.getByRole("button", { name, exact: true });

  async function inEachTheme(chat: ChatView, name: string): Promise<void> {
    for (const [theme, kind, suffix] of themes) {
      await workbench().changeSettings({ "workbench.colorTheme": theme });
      await chat.frame.locator(`body.${kind}`).waitFor();
      await workbench().screenshot(`server-${name}-${suffix}`);
    }
  }

  it("is named with its server, and the person is told where the code goes", async () => {
    const chat = await workbench().openChat();
    await chat.frame.locator(".model-detail").getByText(`on ${server.host} · 32,768 tokens`).waitFor(limit);
    assert.equal(await chat.modelName.innerText(), "qwen");
    await chat.shows(`The model runs on ${server.host}: your questions go there, with the code they need.`);
    await statusBar(`qwen on ${server.host}`).waitFor();
    await inEachTheme(chat, "empty");
  });

  it("answers, and no figure is shown that the server does not tell", async () => {
    const chat = await workbench().openChat();
    server.answer = ["The **late** ones", " are those over ", "two days:\n\n```py\nlate = days > 2\n```\n"];
    await chat.ask("Which parcels count as late?");
    await chat.waitForAnswer();
    await chat.lastAnswer.getByText("two days").waitFor();
    const line = await chat.lastTurn.locator(".stats summary").innerText();
    assert.match(line, /^prompt 200 · 3 generated · first token /);
    assert.doesNotMatch(line, /reused|read/);
    await chat.lastTurn.locator(".stats summary").click();
    await inEachTheme(chat, "answer");
  });

  it("is sent the conversation so far with a follow-up", async () => {
    const chat = await workbench().openChat();
    server.answer = ["Two days."];
    await chat.ask("How many days is that?");
    await chat.waitForAnswer();
    await chat.lastAnswer.getByText("Two days.").waitFor();
    const { messages = [], model } = server.asked.at(-1) ?? {};
    assert.deepEqual([model, messages.map(({ role }) => role)], ["qwen", ["system", "user", "assistant", "user"]]);
    assert.match(messages[2]?.content ?? "", /^The \*\*late\*\* ones are/);
    assert.match(messages[3]?.content ?? "", /How many days is that\?$/);
  });

  it("that is gone is told in words, with a button that asks again", async () => {
    const chat = await workbench().openChat();
    await server.stop();
    await chat.ask("And on Sundays?");
    await chat.lastTurn.getByText(`${server.host} cannot be reached`).first().waitFor(limit);
    await button(chat, "Check Connection").waitFor();
    await button(chat, "Server Settings").waitFor();
    assert.equal(await chat.frame.locator(".error-box").count(), 1, "what is wrong is told once");
    await inEachTheme(chat, "gone");
    await server.start();
    server.answer = ["They do not count."];
    await button(chat, "Ask Again").click();
    await chat.lastAnswer.getByText("They do not count.").waitFor(limit);
  });

  it("that wants a key is given one, which no other place shows", async () => {
    const chat = await workbench().openChat();
    server.key = "right-key-1234";
    await chat.ask("And on holidays?");
    await button(chat, "Set Key…").waitFor(limit);
    await inEachTheme(chat, "refused");
    await button(chat, "Set Key…").click();
    const list = new QuickPick(workbench().page);
    await list.input.waitFor();
    assert.equal(await list.input.getAttribute("type"), "password");
    await list.input.fill(server.key);
    await workbench().screenshot("server-key");
    await list.input.press("Enter");
    await chat.frame.locator(".model-detail").getByText(`on ${server.host} ·`).waitFor(limit);
    server.answer = ["Nor do they."];
    await button(chat, "Ask Again").click();
    await chat.lastAnswer.getByText("Nor do they.").waitFor(limit);
    assert.equal(server.keys.at(-1), `Bearer ${server.key}`);
    assert.doesNotMatch(workbench().allLogs(), /right-key-1234/);
  });

  it("is tried out before it is used: its key and its models are asked for", async () => {
    const other = new ScriptedServer();
    other.models = ["small", "Acme/large-coder"];
    other.answer = ["From the other one."];
    await other.start();
    try {
      const list = new QuickPick(workbench().page);
      await list.open("Hearth: Use a Server…", "Use a Server That Answers");
      await list.input.fill("http://127.0.0.1:1");
      await list.input.press("Enter");
      await workbench().page.locator(".quick-input-message").getByText("cannot be reached").waitFor(limit);
      await workbench().screenshot("server-use-failed");
      await list.input.fill(`http://${other.host}`);
      await list.input.press("Enter");
      await list.rows("Acme/large-coder").waitFor(limit);
      await workbench().screenshot("server-use-models");
      await list.rows("Acme/large-coder").click();
      const chat = await workbench().openChat();
      await chat.frame.locator(".model-detail").getByText(`on ${other.host} · 32,768 tokens`).waitFor(limit);
      assert.equal(await chat.modelName.innerText(), "large-coder");
      await chat.ask("Who are you?");
      await chat.lastAnswer.getByText("From the other one.").waitFor(limit);
      assert.equal(other.asked.at(-1)?.model, "Acme/large-coder");
      assert.deepEqual([...new Set(other.keys)], [""], "the first server's key went to the other one");
    } finally {
      await other.stop();
    }
  });

  it("stands among the models to choose from, and one of this machine takes its place", async () => {
    const list = new QuickPick(workbench().page);
    await list.open("Hearth: Select Model…", "Select the Model that Answers");
    await list.rows("large-coder on").waitFor(limit);
    assert.match((await list.headings())[0] ?? "", /^Server$/i);
    await workbench().screenshot("server-select-model");
    await list.leave();
    await list.open("Hearth: Manage Models…", "Hearth: Models");
    await list.rows("large-coder on").click();
    await list.rows("Check Connection").waitFor();
    await workbench().screenshot("server-model-page");
    await list.leave();
    await list.open("Hearth: Select Model…", "Select the Model that Answers");
    await list.rows("qwen2-1.5b").first().click();
    await eventually("the workspace's own backend", async () => (workbench().storedSettings()["hearth.backend"] === "auto" ? true : Promise.resolve(undefined)));
  });
});

describe("a server that stands in for a missing model (scripted answers)", () => {
  const server = new ScriptedServer();
  const workbench = useWorkbench(async () => {
    await server.start();
    return { settings: { "hearth.server.url": server.url } };
  });
  after(() => server.stop());

  it("is named as what answers", async () => {
    const chat = await workbench().openChat();
    await chat.frame.locator(".model-detail").getByText(`on ${server.host} · 32,768 tokens`).waitFor(limit);
    await chat.shows(`The model runs on ${server.host}`);
    await chat.ask("Which parcels count as late?");
    await chat.lastAnswer.getByText("A short answer.").waitFor(limit);
  });

  it("and is gone: both reasons are told, and what was found is the answer", async () => {
    const chat = await workbench().openChat();
    await server.stop();
    await workbench().runCommand("Hearth: Restart Engine");
    await chat.frame.locator(".model-problem").getByText("Neither this machine's model nor the server can answer.").waitFor(limit);
    await chat.ask("Which parcels count as late?");
    await chat.shows("Search results, not an answer");
    await workbench().screenshot("server-neither");
  });
});

describe("search by meaning on a server (scripted vectors)", () => {
  const server = new ScriptedServer();
  const workbench = useWorkbench(async () => {
    server.models = ["embed-small"];
    await server.start();
    return {};
  });
  after(() => server.stop());

  it("is chosen where an embedding model is, and fills the index", async () => {
    const list = new QuickPick(workbench().page);
    await (await workbench().openChat()).indexReady();
    await list.open("Hearth: Select Embedding Model…", /Select the Embedding Model/);
    await list.rows("Use a Server…").click();
    await list.widget.locator(".quick-input-title").getByText("Use a Server for Search by Meaning").waitFor();
    await list.input.fill(server.url);
    await list.input.press("Enter");
    await list.closed();
    await eventually("vectors", async () => {
      await list.open("Hearth: Index Status", "Index Status");
      if ((await list.rows(/\d+ vectors/).count()) > 0) return true;
      await list.leave();
      return undefined;
    });
    await list.rows(`embed-small on ${server.host}`).waitFor(limit);
    await workbench().screenshot("server-index");
    await list.leave();
    await list.open("Hearth: Select Embedding Model…", /Select the Embedding Model/);
    await list.rows(`embed-small on ${server.host}`).waitFor(limit);
    await workbench().screenshot("server-select-embedding");
    await list.leave();
    const chat = await workbench().openChat();
    await chat.shows(`The code of the index goes to ${server.host}.`);
  });
});

describe("a workspace that is not trusted, and names a server", () => {
  const server = new ScriptedServer();
  const workbench = useWorkbench(async () => {
    await server.start();
    return { restricted: true, settings: { "hearth.backend": "openai", "hearth.server.url": server.url, "hearth.embeddingServer.url": server.url } };
  });
  after(() => server.stop());

  it("sends nothing there", async () => {
    const chat = await workbench().openChat();
    await chat.shows("phi3-mini");
    await chat.ask("Which parcels count as late?");
    await chat.waitForAnswer();
    await chat.shows("From Ember, a very small model that comes with Hearth.");
    assert.deepEqual(server.keys, []);
  });
});
