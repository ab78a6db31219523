import assert from "node:assert/strict";
import { generationParameters, parameterValue, withParameter } from "../../../src/chat/generationParameters";
import { commandHelp, parameterList, parseSlashCommand } from "../../../src/chat/slashCommands";
import type { ChatSettings } from "../../../src/chat/types";

const settings: ChatSettings = { sampling: { topK: 5 }, maxTokens: 10, useContext: true, contextFull: "summarise", systemPrompt: "Be short." };

/** A command as its kind and what it is given. */
function read(line: string): string {
  const command = parseSlashCommand(line);
  if (!command) return "question";
  if (command.kind === "set") return `set ${command.parameter.name} ${command.value}`;
  if (command.kind === "system") return `system ${command.text}`;
  if (command.kind === "model") return `model ${command.name}`;
  if (command.kind === "context") return `context ${command.enabled}`;
  return "path" in command ? `${command.kind} ${command.path}` : command.kind;
}

const lines: readonly [line: string, expected: string][] = [
  ["/help", "help"],
  ["!help", "help"],
  ["  /HELP  ", "help"],
  ["/clear", "clear"],
  ["!clear", "clear"],
  ["/compact", "compact"],
  ["/compact now", "invalid"],
  ["/set context-full ask", "set context-full ask"],
  ["/set contextfull default", "set context-full undefined"],
  ["/set turn-window 5", "set turn-window 5"],
  ["/set turn-window 0", "invalid"],
  ["/exit", "exit"],
  ["!quit", "exit"],
  ["/q", "exit"],
  ["/set", "parameters"],
  ["/set temperature 0.5", "set temperature 0.5"],
  ["!set   top-k   7", "set top-k 7"],
  ["/set top_p 0.9", "set top-p 0.9"],
  ["/set minP 0.1", "set min-p 0.1"],
  ["/set repeat-penalty 1.2", "set repeat-penalty 1.2"],
  ["/set seed 42", "set seed 42"],
  ["/set seed default", "set seed undefined"],
  ["/set max-tokens 9", "set max-tokens 9"],
  ["/set sampler greedy", "set sampler greedy"],
  ["/set sampler wild", "invalid"],
  ["/set temperature hot", "invalid"],
  ["/set temperature", "invalid"],
  ["/set temperature 1 2", "invalid"],
  ["/set colour red", "invalid"],
  ["/clear all", "invalid"],
  ["/params", "parameters"],
  ["/set turns 3", "set turn-window 3"],
  ["/system", "showSystem"],
  ["/system default", "system undefined"],
  ['/system "Be brief."', "system Be brief."],
  ["!system two\nlines", "system two\nlines"],
  ["/model", "showModel"],
  ["/model qwen2-1.5b", "model qwen2-1.5b"],
  ["/context", "showContext"],
  ["/context ON", "context true"],
  ["!context off", "context false"],
  ["/context maybe", "invalid"],
  ["/file", "showFiles"],
  ["/file none", "removeFiles"],
  ["/file my notes.txt:3-9", "file my notes.txt:3-9"],
  ["/save 'a b.json'", "save a b.json"],
  ["/save", "invalid"],
  ["/load chat.json", "load chat.json"],
  ["/history", "history"],
  ["!regenerate", "regenerate"],
  ["/regenerate it", "invalid"],
  ["/stats", "stats"],
  ["/nonsense", "invalid"],
  ["/", "invalid"],
  ["/etc/hosts holds what?", "question"],
  ["a / b", "question"],
  ["What is /help?", "question"],
  ["!= in JavaScript?", "question"],
];

describe("slash commands", () => {
  for (const [line, expected] of lines) it(`reads "${line}" as ${expected}`, () => assert.equal(read(line), expected));

  it("lists the commands after an unknown one", () => {
    const command = parseSlashCommand("/nonsense now");
    assert.ok(command?.kind === "invalid");
    assert.match(command.message, /"\/nonsense".*\/help \/set \/params .*\/exit \/quit \/q/);
  });

  const misspelt: readonly [line: string, meant: RegExp][] = [
    ["/hlep", /Did you mean \/help\?/],
    ["!regen", /Did you mean !regenerate\?/],
    ["/staats", /Did you mean \/stats\?/],
    ["/set temprature 1", /Did you mean temperature\?/],
    ["/set rep 1", /Did you mean repeat-penalty\?/],
  ];
  for (const [line, meant] of misspelt) {
    it(`tells after "${line}" what was meant`, () => {
      const command = parseSlashCommand(line);
      assert.match(command?.kind === "invalid" ? command.message : "", meant);
    });
  }

  it("lists the commands above their descriptions where there is little room", () => {
    for (const row of commandHelp(40).split("\n").slice(0, -1)) assert.match(row, /^(?:\/| {2}\S)/);
  });

  it("says what a parameter allows", () => {
    const command = parseSlashCommand("/set top-k 5000");
    assert.ok(command?.kind === "invalid");
    assert.match(command.message, /top-k cannot be "5000".*a whole number from 0 to 1000/);
  });

  it("shows every command and parameter", () => {
    for (const name of ["/help", "/clear", "/compact", "/set", "/exit", "/params", "/system", "/model", "/context", "/file", "/save", "/load", "/history", "/regenerate", "/stats"]) assert.ok(commandHelp().includes(name));
    const list = parameterList(settings);
    for (const { name } of generationParameters) assert.match(list, new RegExp(`^  ${name} `, "m"));
    assert.match(list, /top-k +5 /);
    assert.match(list, /seed +default /);
  });
});

describe("withParameter", () => {
  const samples: Record<string, number | string> = { sampler: "top-p", "max-tokens": 3, "context-full": "dropOldest", guidance: "cnn", "guidance-query": "context", "guidance-adaptive": "off" };

  for (const parameter of generationParameters) {
    it(`sets ${parameter.name} and takes it back, and leaves the rest`, () => {
      const value = samples[parameter.name] ?? 1;
      const set = withParameter(settings, parameter, value);
      assert.equal(parameterValue(set, parameter), value);
      const back = withParameter(set, parameter, undefined);
      assert.equal(parameterValue(back, parameter), undefined);
      for (const other of generationParameters.filter((known) => known !== parameter)) {
        assert.equal(parameterValue(back, other), parameterValue(settings, other));
      }
      assert.equal(back.systemPrompt, "Be short.");
    });
  }
});
