import type { Command, Option } from "commander";
import { chatModels } from "../../engine/catalog/chatModels";
import { embeddingModels } from "../../engine/catalog/embeddingModels";

/** What a shell may offer for a value: files, folders, words of a list (with files as well), or nothing. */
export type Offer =
  | { readonly kind: "nothing" }
  | { readonly kind: "files" }
  | { readonly kind: "folders" }
  | { readonly kind: "words"; readonly words: readonly string[]; readonly files: boolean };

export interface OfferedOption {
  readonly long: string;
  /** With its dash. */
  readonly short?: string;
  readonly description: string;
  /** Undefined: it takes no value. */
  readonly value?: Offer;
}

/** A command as shells complete it. */
export interface OfferedCommand {
  /** As it is typed behind the program's name; empty for the program itself. */
  readonly name: string;
  readonly description: string;
  readonly options: readonly OfferedOption[];
  /** Names of the commands below it, with what they do. */
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly argument: Offer;
}

/** The program and every command below it. */
export function commandTree(program: Command): readonly OfferedCommand[] {
  return [program, ...program.commands.flatMap((command) => [command, ...command.commands])].map((command) => offeredCommand(command, program));
}

/** Options may stand before the command; where none is named, they are those of a question. */
function optionsOf(command: Command, program: Command): readonly Option[] {
  const ask = command === program ? program.commands.find((one) => one.name() === "ask") : undefined;
  return [...command.options, ...(ask?.options ?? [])].filter(({ hidden }) => !hidden);
}

function offeredCommand(command: Command, program: Command): OfferedCommand {
  const below = command.commands.map((one) => ({ name: one.name(), description: one.description() }));
  return {
    name: nameBelow(command, program),
    description: command.description(),
    options: [...optionsOf(command, program).map(offeredOption), { long: "--help", short: "-h", description: "display help for command" }],
    commands: command === program ? [...below, { name: "help", description: "display help for command" }] : below,
    argument: offerOf(command.registeredArguments[0]?.name() ?? "", command.registeredArguments[0]?.argChoices),
  };
}

function nameBelow(command: Command, program: Command): string {
  if (command === program) return "";
  const { parent } = command;
  return parent === null || parent === program ? command.name() : `${parent.name()} ${command.name()}`;
}

function offeredOption(option: Option): OfferedOption {
  const placeholder = /<(.+)>/.exec(option.flags)?.[1];
  return {
    long: option.long ?? "",
    ...(option.short !== undefined && { short: option.short }),
    description: option.description,
    ...(placeholder !== undefined && { value: offerOf(option.long === "--embedding-model" ? "embedding" : placeholder, option.argChoices) }),
  };
}

/** By the name of a value, as the help shows it. */
function offerOf(name: string, choices: readonly string[] | undefined): Offer {
  if (choices) return { kind: "words", words: choices, files: false };
  switch (name) {
    case "dir":
    case "folder":
      return { kind: "folders" };
    case "file":
      return { kind: "files" };
    case "id":
      return { kind: "words", words: modelIds, files: false };
    case "id|file":
    case "model":
      return { kind: "words", words: modelIds, files: true };
    case "embedding":
      return { kind: "words", words: Object.values(embeddingModels).map(({ id }) => id), files: true };
    default:
      return { kind: "nothing" };
  }
}

const modelIds = Object.values(chatModels).map(({ id }) => id);
