import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { HearthError } from "../common/errors";
import { defaultModelDirectory, hearthHome, stateDirectory } from "../common/hearthHome";
import {
  type Choice,
  describeValues,
  type GenerationParameter,
  generationParameters,
  parseValue,
  withParameter,
} from "../chat/generationParameters";
import type { ChatSettings } from "../chat/types";
import { expandHome } from "../engine/expandHome";
import { engineDefaults } from "../engine/engineConfig";
import { type EngineConfig, type KvCacheType, kvCacheTypes, type PromptLookup, promptLookups } from "../engine/ports";
import { engineRanges, type NumberRange } from "../engine/ranges";
import { isRelevant } from "./relevantOptions";
import { type RawServerOptions, readServers, serverOptions } from "./serverOptions";

/** Where the program runs: what it reads besides its arguments. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** The common options, checked and with every default filled in. */
export interface CliOptions {
  readonly engine: Omit<EngineConfig, "sequences">;
  /** Conversations held at once; undefined where the command has its own number, or none was given. */
  readonly sequences: number | undefined;
  readonly settings: ChatSettings;
  /** The folders as given; none when the current one counts. */
  readonly workspace: readonly string[];
  readonly json: boolean;
  readonly verbose: boolean;
  /** Nothing but what was asked for, and errors. */
  readonly quiet: boolean;
}

/** What commander hands over. Every value went through its parser below. */
interface RawOptions extends RawServerOptions {
  readonly modelDir?: readonly string[];
  readonly threads?: number;
  readonly gpuLayers?: EngineConfig["gpuLayers"];
  readonly sequences?: number;
  readonly kvCacheType?: KvCacheType;
  readonly flashAttention?: boolean;
  readonly promptLookup?: PromptLookup;
  readonly downloadEndpoint?: string;
  readonly proxy?: string;
  readonly workspace?: readonly string[];
  readonly system?: string;
  readonly context?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
  readonly [parameter: string]: unknown;
}

export const defaults = { model: "phi3-mini", contextSize: 4096, threads: 0 } as const;

/** The option of commands that hold several conversations, or tell what that takes. */
export function sequencesOption(): Option {
  return checked("--sequences <n>", `conversations held at once; default ${engineDefaults.sequences}`, engineRanges.sequences).helpGroup("Model:");
}

/** Adds the options that a command about models has. */
export function addModelOptions(command: Command): Command {
  for (const option of [sequencesOption(), ...modelOptions(), ...outputOptions()]) command.addOption(option);
  return command;
}

/** Adds the options that every command takes, so that a line can be turned from one command to another. */
export function addCommonOptions(command: Command): Command {
  for (const option of [...modelOptions(), ...serverOptions(), ...generationOptions(), ...generalOptions()]) {
    command.addOption(option.hideHelp(!isRelevant(command.name(), option.long)));
  }
  return command;
}

/** The options of a parsed command. Throws "bad-use" where a folder is none. */
export function readOptions(command: Command, surroundings: Surroundings): CliOptions {
  const raw = givenOptions(command);
  const servers = readServers(raw, surroundings.env);
  return {
    sequences: raw.sequences,
    engine: {
      model: modelName(raw.model ?? (surroundings.env["HEARTH_MODEL"] || defaults.model), surroundings.cwd),
      modelDirectories: raw.modelDir?.map((folder) => path.resolve(surroundings.cwd, expandHome(folder))) ?? [defaultModelDirectory(hearthHome(surroundings.env))],
      embeddingModel: raw.embeddingModel === undefined ? "" : modelName(raw.embeddingModel, surroundings.cwd),
      contextSize: raw.contextSize ?? defaults.contextSize,
      threads: raw.threads ?? defaults.threads,
      gpuLayers: raw.gpuLayers ?? "auto",
      ...{ kvCacheType: raw.kvCacheType ?? engineDefaults.kvCacheType, flashAttention: raw.flashAttention === true },
      promptLookup: raw.promptLookup ?? engineDefaults.promptLookup,
      stateDirectory: stateDirectory(hearthHome(surroundings.env)),
      ...{ stateBudgetBytes: engineDefaults.stateBudgetBytes, unloadAfterMinutes: engineDefaults.unloadAfterMinutes },
      ...{ downloadEndpoint: raw.downloadEndpoint ?? "", downloadProxy: raw.proxy ?? "" },
      ...(servers && { servers }),
    },
    settings: chatSettings(raw),
    workspace: raw.workspace ?? [],
    json: raw.json === true,
    verbose: raw.verbose === true,
    quiet: raw.quiet === true,
  };
}

/** What was given to a command. A subcommand takes what stands before its name, too; what stands behind it goes first. */
export function givenOptions(command: Command): RawOptions {
  const chain = [command, ...ancestors(command)].reverse();
  const given = chain.flatMap((one) => Object.entries(one.opts()).filter(([name]) => one.getOptionValueSource(name) !== "default"));
  return { ...command.opts<RawOptions>(), ...Object.fromEntries(given) };
}

function ancestors({ parent }: Command): readonly Command[] {
  return parent ? [parent, ...ancestors(parent)] : [];
}

/** The absolute path of a folder that a person named. Throws "bad-use" when it is none. */
export function existingFolder(name: string, cwd: string): string {
  const folder = path.resolve(cwd, name);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new HearthError("bad-use", `"${name}" is not a folder.`, { remedy: "Give the path of the folder whose code is meant." });
  }
  return folder;
}

function modelOptions(): readonly Option[] {
  return [
    new Option("-m, --model <id|file>", `catalog id, or path of a .gguf file (default: $HEARTH_MODEL, or ${defaults.model}); on a server, its name there`).argParser(parseName),
    new Option("--model-dir <dir>", "folder of model files, instead of ~/.hearth/models; may be given again").argParser(collect),
    new Option("--embedding-model <model>", "embedding model for the index: a catalog id (coderank-137m, qwen3-embedding-0.6b), or path of a .gguf file").argParser(parseName),
    checked("--context-size <n>", "tokens of one conversation", engineRanges.contextSize),
    checked("--threads <n>", "CPU threads; 0: as many as a short measurement finds best", engineRanges.threads),
    new Option("--gpu-layers <v>", "layers on the GPU: auto, max, or a number").argParser(parseGpuLayers),
    checked("--kv-cache-type <name>", "number format of the KV cache", { choices: kvCacheTypes }),
    new Option("--flash-attention", "use flash attention"),
    checked("--prompt-lookup <name>", "guess tokens from the conversation's text in greedy answers", { choices: promptLookups }),
    new Option("--download-endpoint <url>", "base URL that models are downloaded from"),
    new Option("--proxy <url>", "proxy for downloads"),
  ].map((option) => option.helpGroup("Model:"));
}

function generationOptions(): readonly Option[] {
  const parameters = generationParameters.map((parameter) =>
    checked(`--${parameter.name} <${"choices" in parameter.values ? "name" : "n"}>`, parameter.description, parameter.values),
  );
  const system = new Option("--system <text>", "instructions that stand before the conversation");
  return [...parameters, system].map((option) => option.helpGroup("Answers:"));
}

function generalOptions(): readonly Option[] {
  return [
    new Option("-w, --workspace <dir>", "folder whose code is searched (default: the current one); may be given again").argParser(collect),
    new Option("--no-context", "answer without the workspace's code"),
    ...outputOptions(),
  ];
}

function outputOptions(): readonly Option[] {
  return [
    new Option("--json", "print one JSON object a line"),
    new Option("-q, --quiet", "print nothing but what was asked for, and what is wrong").conflicts("verbose"),
    new Option("--verbose", "print the log and the figures of each answer on stderr"),
  ];
}

function checked(flags: string, description: string, values: NumberRange | Choice): Option {
  const option = new Option(flags, "choices" in values ? description : `${description} (${describeValues(values)})`).argParser((text) => {
    const value = parseValue(values, text);
    if (value === undefined) throw new InvalidArgumentError(`Give ${describeValues(values)}.`);
    return value;
  });
  // The help and the shells' completion name them.
  if ("choices" in values) option.argChoices = [...values.choices];
  return option;
}

function parseGpuLayers(text: string): EngineConfig["gpuLayers"] {
  if (text === "auto" || text === "max") return text;
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Give auto, max, or a number of layers from 0 to 9999.");
}

function parseName(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("Give a name or a path.");
  return text;
}

/** For an option that may be given again. */
export function collect(value: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), value];
}

/** A path is made absolute, since the engine runs elsewhere; the engine looks for a bare file name in the model folders. */
export function modelName(name: string, cwd: string): string {
  const file = path.resolve(cwd, expandHome(name));
  if (/[\\/]|^~$/.test(name)) return file;
  return /\.gguf$/i.test(name) && existsSync(file) ? file : name;
}

function chatSettings(raw: RawOptions): ChatSettings {
  const start: ChatSettings = { sampling: {}, useContext: raw.context !== false, contextFull: "summarise", ...(raw.system !== undefined && { systemPrompt: raw.system }) };
  return generationParameters.reduce((settings, parameter) => {
    const value = rawValue(raw, parameter);
    return value === undefined ? settings : withParameter(settings, parameter, value);
  }, start);
}

function rawValue(raw: RawOptions, parameter: GenerationParameter): number | string | undefined {
  const value = raw[parameter.field];
  return typeof value === "number" || typeof value === "string" ? value : undefined;
}
