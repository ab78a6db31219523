import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { BuiltProgram } from "../cli/builtProgram";
import { ScriptedServer } from "./scriptedServer";
import { TestTerminal, type TerminalSize } from "./testTerminal";

const ctrlC = "\u0003";
const ctrlD = "\u0004";
const up = "\u001b[A";

describe("hearth chat at a pseudo-terminal", function () {
  this.timeout(600_000);
  let program: BuiltProgram;
  let server: ScriptedServer;
  let terminal: TestTerminal | undefined;

  before(async () => {
    program = await BuiltProgram.create();
  });
  beforeEach(async () => {
    server = await new ScriptedServer().start();
  });
  afterEach(async () => {
    terminal?.kill();
    await server.stop();
  });
  after(() => program.remove());

  /** A chat at its first prompt. */
  async function open(args: readonly string[] = [], size?: TerminalSize, env?: NodeJS.ProcessEnv): Promise<TestTerminal> {
    terminal = new TestTerminal(program, ["chat", "--no-context", "--endpoint", server.url, ...args], size, env);
    await terminal.prompts();
    return terminal;
  }

  /** Asks, and gives the whole answer at once. */
  async function converse(chat: TestTerminal, question: string, answer: string) {
    chat.type(`${question}\r`);
    const scripted = await server.asked();
    scripted.end(answer);
    await chat.prompts();
    return scripted.asked;
  }

  it("renders an answer as it comes, writes none of it twice, and leaves the terminal as it was", async () => {
    const chat = await open();
    chat.type("what?\r");
    const answer = await server.asked();
    answer.write("# Title\n\nSome **bo");
    await chat.shows("Some bo");
    answer.write("ld** words and `code`.\n\n- one\n- two\n\n```ts\nconst a = 1;\n");
    await chat.shows("const a = 1;");
    answer.end("```\n\nThe end.");
    await chat.shows(/The end\.\n\n>$/);
    assert.equal(
      chat.text.slice(chat.text.indexOf("> what?")),
      ["> what?", "", "Title", "", "Some bold words and code.", "", "• one", "• two", "", `─ ts ${"─".repeat(35)}`, "const a = 1;", "─".repeat(40), "", "The end.", "", ">"].join("\n"),
    );
    assert.match(chat.raw, /\u001b\[1mbold\u001b\[22m/);
    assert.match(chat.raw, /\u001b\[35mconst\u001b\[39m/);
    chat.type(ctrlD);
    assert.equal(await chat.exits(), 0);
    assert.deepEqual([...chat.screen.modes], [], "bracketed paste is off again");
  });

  for (const columns of [80, 40, 24]) {
    it(`shows an answer longer than the screen once, row for row, at ${columns} columns`, async () => {
      const chat = await open([], { columns, rows: 12 });
      const items = Array.from({ length: 40 }, (_, at) => `- item ${at} with some words that have to be broken`);
      chat.type("list\r");
      const answer = await server.asked();
      for (const item of items) answer.write(`${item}\n`);
      answer.end();
      await chat.prompts();
      const words = chat.text.slice(chat.text.indexOf("> list")).replaceAll(/\s+/g, " ");
      assert.equal(words, `> list ${items.map((item) => item.replace("-", "•")).join(" ")} >`);
      for (const row of chat.text.split("\n")) assert.ok(row.length <= columns, row);
    });
  }

  it("stops an answer at Ctrl+C, keeps what came, and goes on; a second one leaves with 130", async () => {
    const chat = await open();
    chat.type("first\r");
    const answer = await server.asked();
    answer.write("It begins");
    await chat.shows("It begins");
    chat.type(ctrlC);
    await answer.closed;
    await chat.shows(/It begins\nThe answer was stopped\.\n\n>$/);
    const asked = await converse(chat, "second", "Yes.");
    assert.deepEqual(asked.messages.slice(-3).map(({ content }) => content), ["first", "It begins", "second"]);
    chat.type(ctrlC);
    assert.equal(await chat.exits(), 130);
  });

  it("leaves with 130 when Ctrl+C is pressed twice in an answer", async () => {
    const chat = await open();
    chat.type("first\r");
    (await server.asked()).write("It begins");
    await chat.shows("It begins");
    chat.type(ctrlC + ctrlC);
    assert.equal(await chat.exits(), 130);
  });

  it("takes back at Ctrl+C what was typed", async () => {
    const chat = await open();
    chat.type("not this");
    await chat.shows("> not this");
    chat.type(ctrlC);
    await chat.shows(/> not this\n>$/);
    assert.equal((await converse(chat, "but this", "Fine.")).messages.at(-1)?.content, "but this");
  });

  it("takes several lines by a backslash, Ctrl+J and Alt+Enter, and a paste as one input", async () => {
    const chat = await open();
    chat.type("one\\\rtwo\nthree\u001b\rfour");
    await chat.shows("> one\n  two\n  three\n  four");
    chat.type("\r");
    const answer = await server.asked();
    assert.equal(answer.asked.messages.at(-1)?.content, "one\ntwo\nthree\nfour");
    answer.end("Ok.");
    await chat.prompts();
    chat.type("\u001b[200~def f():\r\treturn 1\r\u001b[201~and after");
    await chat.shows("and after");
    chat.type("\r");
    const pasted = await server.asked();
    assert.equal(pasted.asked.messages.at(-1)?.content, "def f():\n\treturn 1\nand after");
    pasted.end("Ok.");
    await chat.prompts();
  });

  it("keeps what is typed during an answer for the next prompt", async () => {
    const chat = await open();
    chat.type("first\r");
    const answer = await server.asked();
    answer.write("Slowly");
    await chat.shows("Slowly");
    chat.type("second\r");
    answer.end(" done.");
    const next = await server.asked();
    assert.equal(next.asked.messages.at(-1)?.content, "second");
    next.end("And this.");
    await chat.shows(/Slowly done\.\n\n> second\n\nAnd this\.\n\n>$/);
  });

  it("has the history of earlier runs", async () => {
    const first = await open();
    await converse(first, "remember me", "Yes.");
    await converse(first, "several\\\rlines", "Yes.");
    first.type("/exit\r");
    assert.equal(await first.exits(), 0);
    const second = await open();
    second.type(up + up);
    await second.shows("> several\n  lines");
    second.type(up + up);
    await second.shows(/> remember me$/);
    second.type("\r");
    const answer = await server.asked();
    assert.equal(answer.asked.messages.at(-1)?.content, "remember me");
    answer.end("Again.");
    await second.prompts();
    second.type("\u0012seve");
    await second.shows("> several\n  lines\nsearch: seve");
  });

  it("completes commands, parameters, their values, models and paths", async () => {
    const chat = await open();
    const completed: readonly [typed: string, shown: RegExp][] = [
      ["/hel\t", /> \/help$/],
      ["!reg\t", /> !regenerate$/],
      ["/set samp\tto\t", /> \/set sampler top-\ntop-k +top-p$/],
      ["/set temp\t0.5", /> \/set temperature 0\.5$/],
      ["/context o\t", /> \/context o\non +off$/],
      ["/file sr\tpa\t", /> \/file src\/parser\.ts$/],
      ["/file src/\t", /> \/file src\/\ncolour\.py +parser\.ts$/],
      ["what is in src/col\t", /> what is in src\/colour\.py$/],
    ];
    for (const [typed, shown] of completed) {
      chat.type(typed);
      await chat.shows(shown);
      chat.type(ctrlC);
      await chat.prompts();
    }
  });

  it("obeys every command, with / and with !", async () => {
    const chat = await open(["--turns", "1"]);
    const file = path.join(program.home, "chat.json");
    const command = async (typed: string, shown: RegExp | string) => {
      chat.type(`${typed}\r`);
      await chat.shows(shown);
      await chat.prompts();
    };
    await command("!regenerate", "There is no question to answer once more.");
    await command("/save nothing.json", "There is nothing to save yet.");
    await command("/history", "Nothing was asked yet.");
    await command("/help", "/regenerate");
    await command("/hlep", "Did you mean /help?");
    await command("!sytem x", "Did you mean !system?");
    await command("/set temprature 1", "Did you mean temperature?");
    await command("/set temperature 9", 'temperature cannot be "9".');
    await command("!set temperature 0.25", "temperature is 0.25 from the next answer on.");
    await command("/params", /temperature +0\.25/);
    await command("/system Be brief.", "The instructions count from the next answer on.");
    await command("/file src/parser.ts:2-3", "With the next question: src/parser.ts:2-3");
    const asked = await converse(chat, "why?", "Because.");
    assert.equal(asked.messages[0]?.content.includes("Be brief."), true);
    assert.match(asked.messages.at(-1)?.content ?? "", /parseLine[^]*why\?/);
    assert.equal(asked.temperature, 0.25);
    chat.type("/regenerate\r");
    (await server.asked()).end("Because of it.");
    await chat.shows("Because of it.");
    await converse(chat, "and then?", "Then this.");
    assert.deepEqual((await converse(chat, "and now?", "Now that.")).messages.slice(1).map(({ content }) => content), ["and then?", "Then this.", "and now?"], "--turns 1");
    await command("/history", /1 {2}why\? \[src\/parser\.ts\]\n {3}→ Because of it\.\n2 {2}and then\?\n {3}→ Then this\./);
    await command("!stats", /All answers: 4, with \d+ tokens written/);
    await command(`/save ${file}`, "Saved 3 questions");
    await command("/clear", "The conversation is empty again.");
    await command("/history", /Nothing was asked yet\.[^]*Nothing was asked yet\./);
    await command(`/load ${file}`, 'Loaded "why?", 3 questions');
    assert.deepEqual((await converse(chat, "go on", "Yes.")).messages.slice(1).map(({ content }) => content), ["and now?", "Now that.", "go on"]);
    await command("/save src/parser.ts", "no chat that can be written over");
    await command(`/save ${file.replace(".json", ".md")}`, /Saved 4 questions to \S+\.md\./);
    assert.match(await readFile(file.replace(".json", ".md"), "utf8"), /Then this\./);
    await command("/load nowhere.json", "There is no file nowhere.json.");
    await command("/context on", "Questions are asked with code of the workspace.");
    await command("/model other", "Now with other");
    assert.equal((await converse(chat, "/context off\rwho?", "Me.")).model, "other");
    await command("/model", /other, 8192 tokens of context, at http/);
    await command("/system", "Be brief.");
    await command("/file none", "No file is attached.");
    await command("/compact", /compact|folded/);
    chat.type("!q\r");
    assert.equal(await chat.exits(), 0);
  });

  it("says while the first question is typed that the model cannot be had, and goes on", async () => {
    await server.stop();
    terminal = new TestTerminal(program, ["chat", "--no-context", "--model", "./none.gguf"]);
    await terminal.shows(/hearth: [^]*\n>$/);
    terminal.type("/model no-such\r");
    await terminal.shows("no-such");
    await terminal.prompts();
    terminal.type(ctrlD);
    assert.equal(await terminal.exits(), 0);
    await server.start();
  });

  it("draws the prompt anew when the window gets narrower", async () => {
    const chat = await open();
    chat.type("a question of some length");
    await chat.shows("some length");
    chat.resize({ columns: 30, rows: 40 });
    chat.type("!\r");
    const answer = await server.asked();
    answer.end("A line that is too long for a window of thirty columns.");
    assert.equal(answer.asked.messages.at(-1)?.content, "a question of some length!");
    await chat.shows("A line that is too long for a\nwindow of thirty columns.");
  });

  it("keeps bold and italics under NO_COLOR, and no colours", async () => {
    const chat = await open([], undefined, { NO_COLOR: "1" });
    await converse(chat, "x", "Some **bold** `code`\n\n```ts\nconst a = 1;\n```");
    assert.match(chat.raw, /\u001b\[1mbold\u001b\[22m `code`/);
    assert.doesNotMatch(chat.raw, /\u001b\[(?:3[0-7]|9\d)m/);
  });

  it("reads plain lines at a terminal that cannot redraw", async () => {
    terminal = new TestTerminal(program, ["chat", "--no-context", "--endpoint", server.url], undefined, { TERM: "dumb" });
    await terminal.shows("Hearth with");
    terminal.type("x\r");
    (await server.asked()).end("Some **bold**.");
    await terminal.shows("Some **bold**.");
    terminal.type(ctrlD);
    assert.equal(await terminal.exits(), 0);
  });

  it("survives a damaged history", async () => {
    await writeFile(path.join(program.home, "chat-history.jsonl"), '"sound"\n{"not": "a string"}\n"cut of');
    const chat = await open();
    chat.type(up);
    await chat.shows(/> sound$/);
  });
});
