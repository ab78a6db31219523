import { Command, InvalidArgumentError, Option } from "commander";
import { askCommand, type AskOptions } from "./askCommand";
import { chatCommand, type ChatOptions } from "./chatCommand";
import type { CommandAction } from "./command";
import { addCompletion } from "./completion/completionCommand";
import { addHelpTexts } from "./helpText";
import { indexCommand, type IndexOptions } from "./indexCommand";
import { mapCommand, type MapOptions } from "./mapCommand";
import { downloadCommand, fitCommand, inspectCommand, modelsCommand } from "./modelsCommand";
import { addCommonOptions, addModelOptions, collect, sequencesOption } from "./options";
import { searchCommand, type SearchOptions, searchRequest } from "./searchCommand";
import { serveCommand } from "./serveCommand";
import { addServeOptions, type ServeFlags } from "./serveOptions";
import { parseNumber } from "../chat/generationParameters";

/** Hands a parsed command on to what runs it. */
export type Dispatch = (command: Command, action: CommandAction) => Promise<void>;

export interface ProgramParts {
  readonly version: string;
  readonly dispatch: Dispatch;
  readonly out: (text: string) => void;
}

/**
 * The program's commands and options. Parsing throws CommanderError instead of ending the process; what commander would
 * print as an error is in that error's message.
 */
export function createProgram({ version, dispatch, out }: ProgramParts): Command {
  const program = new Command("hearth")
    .description("A coding assistant that runs on your own machine. Words without a command are a question.")
    .usage("[command] [options] [words]")
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr() {} })
    .showHelpAfterError(false);
  addChat(program, dispatch);
  addAsk(program, dispatch);
  addIndex(program, dispatch);
  addSearch(program, dispatch);
  addMap(program, dispatch);
  addModels(program, dispatch);
  addServe(program, dispatch, version);
  for (const command of program.commands) addCommonOptions(command);
  addCompletion(program, out);
  addHelpTexts(program);
  return program;
}

function addChat(program: Command, dispatch: Dispatch): void {
  program
    .command("chat")
    .description("talk with the model; piped lines are questions")
    .option("--turns <n>", "questions before the current one that the model sees (default: all that fit)", turns)
    .action((options: ChatOptions, command: Command) => dispatch(command, chatCommand(options)));
}

function addAsk(program: Command, dispatch: Dispatch): void {
  program
    .command("ask")
    .description("ask one question; the default command")
    .argument("[words...]", 'the question; "-" stands for what is piped in')
    .addOption(new Option("-f, --file <file>", 'attach a file, or lines of it as FILE:FIRST-LAST; "-": what is piped in; may be given again').argParser(collect))
    .option("--from <file>", "read the question from a file, behind the words if there are any")
    .action((words: string[], options: AskOptions, command: Command) => dispatch(command, askCommand(words, options)));
}

function addIndex(program: Command, dispatch: Dispatch): void {
  program
    .command("index")
    .description("bring the code index of a folder up to date")
    .argument("[dir]", "the folder (default: --workspace, or the current one)")
    .option("--explain <file>", "tell whether a file is in the index, and why not; exits with 1 when it is not")
    .option("--left-out", "list the files that are left out, with the reasons; what ignore files and the usual globs name is not listed")
    .action((folder: string | undefined, options: IndexOptions, command: Command) => dispatch(command, indexCommand(folder, options)));
}

function addSearch(program: Command, dispatch: Dispatch): void {
  program
    .command("search")
    .description("find code, best first")
    .argument("[arguments...]", "the question and the folder; with --stdin the folder alone")
    .usage('[options] "question" [dir]')
    .addOption(new Option("--stdin", "answer one question a line, each with one JSON object").implies({ json: true }))
    .option("--limit <n>", "most results of a question", limit, 10)
    .option("--explain", "show what each source gave to the scores; with --json as \"scores\"")
    .option("--symbols", "find definitions by name, or by a part of one")
    .action((words: string[], options: SearchOptions, command: Command) =>
      dispatch(command, (run) => searchCommand(searchRequest(words, options))(run)),
    );
}

function addMap(program: Command, dispatch: Dispatch): void {
  program
    .command("map")
    .description("print the files that the others refer to most, with what they define")
    .argument("[dir]", "the folder (default: --workspace, or the current one)")
    .option("--tokens <n>", "most tokens of the map, at about 4 characters each", mapTokens, 1024)
    .action((folder: string | undefined, options: MapOptions, command: Command) => dispatch(command, mapCommand(folder, options)));
}

function addModels(program: Command, dispatch: Dispatch): void {
  const models = program
    .command("models")
    .description("list the models, with what fits this machine; the chosen one is marked")
    .option("--download <id>", "fetch a model's file, as the command download does")
    .addOption(sequencesOption())
    // What stands behind the name of a subcommand is the subcommand's.
    .enablePositionalOptions()
    .action((options: { download?: string }, command: Command) => dispatch(command, modelsCommand(options.download)));
  addFit(models, dispatch);
  addInspect(models, dispatch);
  addDownload(models, dispatch);
  for (const command of models.commands) addModelOptions(command);
}

function addFit(models: Command, dispatch: Dispatch): void {
  models
    .command("fit")
    .description("tell whether a model fits this machine's memory; exits with 4 when it does not as asked")
    .argument("[model]", "catalog id, or path of a .gguf file (default: --model)")
    .action((model: string | undefined, _options: unknown, command: Command) => dispatch(command, fitCommand(model)));
}

function addInspect(models: Command, dispatch: Dispatch): void {
  models
    .command("inspect")
    .description("tell what a model file holds, and the memory it takes by context size")
    .argument("<file>", "path of a .gguf file, or the catalog id of a downloaded model")
    .action((file: string, _options: unknown, command: Command) => dispatch(command, inspectCommand(file)));
}

function addDownload(models: Command, dispatch: Dispatch): void {
  models
    .command("download")
    .description("fetch a model's file; run again, it goes on where it stopped")
    .argument("<model>", "catalog id")
    .action((model: string, _options: unknown, command: Command) => dispatch(command, downloadCommand(model)));
}

function addServe(program: Command, dispatch: Dispatch, version: string): void {
  addServeOptions(program.command("serve"))
    .description("answer over HTTP: OpenAI's API, and questions about the workspace's code")
    .addOption(sequencesOption())
    .action((options: ServeFlags, command: Command) => dispatch(command, serveCommand({ ...options, version })));
}

const limit = wholeNumber(1, 200);
const turns = wholeNumber(1, 1000);
const mapTokens = wholeNumber(16, 100_000);

function wholeNumber(minimum: number, maximum: number) {
  return (text: string): number => {
    const value = parseNumber({ integer: true, minimum, maximum }, text);
    if (value === undefined) throw new InvalidArgumentError(`Give a whole number from ${minimum} to ${maximum}.`);
    return value;
  };
}
