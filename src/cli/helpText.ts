import type { Command } from "commander";
import { keyVariables } from "../engine/remote/serverKeys";
import { exitCodes } from "./exitCodes";
import { serverVariables } from "./serverOptions";

/** A line to type, and what it does. */
type Example = readonly [line: string, does: string];

/** By the command's name; a subcommand's stands behind its parent's. */
const examples: Readonly<Record<string, readonly Example[]>> = {
  hearth: [
    ["hearth Explain what a GPU does", "words without a command are a question"],
    ["hearth models download phi3-mini", "get a model first"],
    ["hearth chat", "talk about the code of this folder"],
    ["hearth search \"retry with backoff\"", "find code; no model is needed"],
  ],
  "hearth chat": [
    ["hearth chat", "about the code of this folder; /help lists the commands inside"],
    ["hearth chat --no-context --temperature 0.8", "about anything, and more freely"],
    ["hearth chat --endpoint http://gpu-box:8080/v1", "with the model of another machine"],
    ["hearth chat --json < questions.txt", "a question a line, each event as JSON"],
  ],
  "hearth ask": [
    ["hearth ask Explain how requests are routed", "about the code of this folder"],
    ["hearth ask -f src/app.ts:10-40 \"What can go wrong here?\"", "with lines of a file"],
    ["git diff | hearth ask \"Review this change.\" -f -", "with what is piped in"],
    ["git diff | hearth ask \"Review this change:\" -", "the same as part of the question"],
    ["hearth ask --from question.md --no-context --seed 7", "a question from a file; the same seed gives the same answer"],
    ["hearth ask hello --backend openai --endpoint http://gpu-box:8080/v1", "answered by a server"],
    ["hearth ask \"Is there a bug?\" --json | jq -rj 'select(.type==\"text\").text'", "for programs"],
  ],
  "hearth index": [
    ["hearth index", "this folder"],
    ["hearth index ~/src/app --embedding-model coderank-137m", "with vectors, to find code by what it means"],
    ["hearth index --explain src/app.ts", "is this file in the index, and why not?"],
    ["hearth index --left-out | sort | less", "what is not in it"],
  ],
  "hearth search": [
    ["hearth search \"where is the token refreshed\"", "in this folder"],
    ["hearth search \"retry\" src --limit 3 --explain", "with what each source gave to the scores"],
    ["hearth search --symbols parseLine", "definitions by name"],
    ["hearth search --stdin < questions.txt", "a question a line, answered as JSON"],
  ],
  "hearth map": [
    ["hearth map", "what matters in this folder"],
    ["hearth map src --tokens 300", "in fewer words"],
  ],
  "hearth models": [
    ["hearth models", "what there is, what is here, and what fits"],
    ["hearth models download phi3-mini", "fetch one"],
    ["hearth models fit llama3.1-8b --context-size 16384", "before it is fetched"],
    ["hearth models inspect model.gguf", "what a file holds"],
  ],
  "hearth models fit": [
    ["hearth models fit", "the model that would be used"],
    ["hearth models fit llama3.1-8b --context-size 16384 --sequences 4", "with a longer context, for four conversations at once"],
    ["hearth models fit ./model.gguf --gpu-layers 20 --json", "for programs"],
  ],
  "hearth models inspect": [
    ["hearth models inspect ./model.gguf", "architecture, quantisation, prompt format and why"],
    ["hearth models inspect phi3-mini --json | jq -r .template", "its chat template"],
  ],
  "hearth models download": [
    ["hearth models download phi3-mini", "Ctrl+C pauses; the same command goes on"],
    ["hearth models download qwen2-1.5b --model-dir /data/models", "to another folder"],
    ["hearth models download phi3-mini --download-endpoint https://mirror.example", "from a mirror"],
  ],
  "hearth serve": [
    ["hearth serve", "for programs of this machine, at http://127.0.0.1:8091"],
    ["hearth serve --port 0 --json", "any free port, told as JSON"],
  ],
  "hearth completion": [
    ["source <(hearth completion bash)", "bash, in this shell; the line in ~/.bashrc keeps it"],
    ["source <(hearth completion zsh)", "zsh; the line belongs behind compinit in ~/.zshrc"],
    ["hearth completion fish > ~/.config/fish/completions/hearth.fish", "fish"],
  ],
};

/** Adds examples to the help of each command, and to the program's own what a manual page ends with. */
export function addHelpTexts(program: Command): void {
  for (const command of commandsOf(program)) {
    const rows = examples[fullName(command)];
    if (rows) command.addHelpText("after", `\nExamples:\n${exampleRows(rows)}`);
  }
  program.addHelpText("after", `\n${environment()}\n\n${exitStatus()}\n\nhearth help COMMAND tells more of a command.`);
}

/** Every command below, the program included. */
export function commandsOf(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(commandsOf)];
}

/** As it is typed: "hearth models fit". */
export function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();
}

/** Longer lines do not stand beside what they do. Characters. */
const widestLine = 52;

/** What a line does is a comment, so that both can be pasted as they are. */
function exampleRows(rows: readonly Example[]): string {
  const width = Math.max(...rows.map(([line]) => line.length));
  return rows.map(([line, does]) => (width <= widestLine ? `  ${line.padEnd(width)}  # ${does}` : `  # ${does}\n  ${line}`)).join("\n");
}

function environment(): string {
  return table("Environment:", [
    ["HEARTH_HOME", "folder of models, indexes and conversations (default: ~/.hearth)"],
    ["HEARTH_MODEL", "model, where --model is not given"],
    [serverVariables.endpoint, "server to use when no model can be loaded here, where --endpoint is not given"],
    [serverVariables.model, "the server's name of its model, where --model is not given"],
    [serverVariables.backend, "auto, native or openai, where --backend is not given"],
    [serverVariables.embeddingEndpoint, "server of the index's embeddings"],
    [keyVariables.chat, "key of the server; an option would show it to others"],
    [keyVariables.embedding, "key of the embedding server, where it has its own"],
    ["HEARTH_TOKEN", "token that clients of hearth serve have to give, where --token is not given"],
    ["NO_COLOR", "set to anything: no colours"],
  ]);
}

function exitStatus(): string {
  return table("Exit status:", [
    [String(exitCodes.success), "it worked"],
    [String(exitCodes.failure), "it failed"],
    [String(exitCodes.badUse), "the command line or a setting is wrong"],
    [String(exitCodes.modelMissing), "the model is not there"],
    [String(exitCodes.outOfMemory), "memory is short for the model"],
    [String(exitCodes.stopped), "it was stopped, by Ctrl+C for one"],
  ]);
}

function table(title: string, rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return [title, ...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)].join("\n");
}
