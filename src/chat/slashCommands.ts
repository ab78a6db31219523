import { describeValues, type GenerationParameter, generationParameters, parameterValue, parseValue } from "./generationParameters";
import { nearestName } from "./nearestName";
import type { ChatSettings } from "./types";

/** Commands of which nothing is said but their name. */
type PlainKind = "help" | "clear" | "compact" | "exit" | "parameters" | "history" | "regenerate" | "stats";

/** One command for each kind. */
type Plain<Kind> = Kind extends string ? { readonly kind: Kind } : never;

/** A line that steers the chat instead of asking something. Without a value `set` and `system` take the default back. */
export type SlashCommand =
  | Plain<PlainKind | "showSystem" | "showModel" | "showContext" | "showFiles" | "removeFiles">
  | { readonly kind: "set"; readonly parameter: GenerationParameter; readonly value: number | string | undefined }
  | { readonly kind: "system"; readonly text: string | undefined }
  | { readonly kind: "model"; readonly name: string }
  | { readonly kind: "context"; readonly enabled: boolean }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "save"; readonly path: string }
  | { readonly kind: "load"; readonly path: string }
  | { readonly kind: "invalid"; readonly message: string };

/** What stands behind a command's name, for those who complete it. */
export type CommandArgument = "none" | "parameter" | "model" | "switch" | "path" | "text";

interface CommandEntry {
  readonly names: readonly [string, ...string[]];
  readonly usage: string;
  readonly description: string;
  readonly argument: CommandArgument;
  /** @param rest what stands behind the name, trimmed */
  readonly parse: (rest: string) => SlashCommand;
}

const commands: readonly CommandEntry[] = [
  plain("help", "List the commands"),
  { names: ["set"], usage: "/set NAME VALUE", description: 'Set a parameter of the answers ("default" takes it back)', argument: "parameter", parse: parseSet },
  plain("parameters", "List the parameters with their values", ["params"]),
  { names: ["system"], usage: "/system TEXT", description: 'Give the model instructions ("default" takes them back)', argument: "text", parse: parseSystem },
  {
    names: ["model"],
    usage: "/model NAME",
    description: "Go on with another model",
    argument: "model",
    parse: (name) => (name === "" ? { kind: "showModel" } : { kind: "model", name: unquoted(name) }),
  },
  { names: ["context"], usage: "/context on|off", description: "Put code of the workspace into questions, or not", argument: "switch", parse: parseContext },
  { names: ["file"], usage: "/file PATH[:LINES]", description: 'Attach a file to the next question ("none" takes all back)', argument: "path", parse: parseFile },
  { names: ["save"], usage: "/save FILE", description: "Write the chat to a file: .md to read, .json to load again", argument: "path", parse: withPath("save") },
  { names: ["load"], usage: "/load FILE", description: "Go on with a chat that was saved as .json", argument: "path", parse: withPath("load") },
  plain("history", "List the questions of this chat"),
  plain("regenerate", "Answer the last question once more"),
  plain("stats", "Tell what the answers took"),
  plain("compact", "Fold all but the last question into a summary"),
  plain("clear", "Forget this conversation"),
  plain("exit", "Leave (also /quit, /q)", ["exit", "quit", "q"]),
];

/** Each name that a command has, and what stands behind it. */
export const commandArguments: ReadonlyMap<string, CommandArgument> = new Map(commands.flatMap(({ names, argument }) => names.map((name) => [name, argument])));

/**
 * Reads an input of the chat: `/name …` or `!name …`. Undefined when it is a question; a path such as /etc/hosts is one.
 * An unknown name and a wrong value come back as "invalid" with what would be right.
 */
export function parseSlashCommand(line: string): SlashCommand | undefined {
  const match = /^([/!])([a-z][\w-]*)?(?:\s+(.*))?$/is.exec(line.trim());
  if (!match) return undefined;
  const name = match[2]?.toLowerCase() ?? "";
  const entry = commands.find((command) => command.names.includes(name));
  return entry ? entry.parse(match[3]?.trim() ?? "") : unknownCommand(match[1] ?? "/", name);
}

/** Narrower lists have the descriptions below the commands. In characters. */
const sideBySide = 76;

/** The text of `/help`. @param columns characters of a line */
export function commandHelp(columns = 80): string {
  const width = Math.max(...commands.map((command) => command.usage.length));
  const rows = commands.map(({ usage, description }) => (columns < sideBySide ? `${usage}\n  ${description}` : `  ${usage.padEnd(width)}  ${description}`));
  return [...rows, "Each command may begin with ! as well. Anything else is a question."].join("\n");
}

/** The text of `/params`: each parameter, its value and what is allowed. */
export function parameterList(settings: ChatSettings): string {
  const value = (parameter: GenerationParameter) => String(parameterValue(settings, parameter) ?? "default");
  const width = Math.max(...generationParameters.map(({ name }) => name.length));
  return generationParameters
    .map((parameter) => `  ${parameter.name.padEnd(width)}  ${value(parameter).padEnd(11)}  ${describeValues(parameter.values)}`)
    .join("\n");
}

/** The parameter that a person names: top-p, top_p, topP; turns is the short name of turn-window. */
export function findParameter(name: string): GenerationParameter | undefined {
  const wanted = name.toLowerCase().replaceAll("_", "-");
  return generationParameters.find((known) => known.name === (wanted === "turns" ? "turn-window" : wanted) || known.field.toLowerCase() === wanted);
}

function plain(kind: PlainKind, description: string, names: readonly [string, ...string[]] = [kind]): CommandEntry {
  const usage = `/${names[0]}`;
  const parse = (rest: string): SlashCommand => (rest === "" ? commandOf(kind) : invalid(`${usage} takes no arguments.`));
  return { names, usage, description, argument: "none", parse };
}

function commandOf<Kind extends PlainKind>(kind: Kind): SlashCommand {
  return { kind };
}

function parseSet(rest: string): SlashCommand {
  const [name, text, ...others] = rest.split(/\s+/).filter(Boolean);
  if (name === undefined) return { kind: "parameters" };
  const parameter = findParameter(name);
  if (!parameter) return unknownParameter(name);
  const allowed = `Give ${describeValues(parameter.values)}, or default.`;
  if (text === undefined || others.length > 0) return invalid(`/set ${parameter.name} takes one value. ${allowed}`);
  if (text === "default") return { kind: "set", parameter, value: undefined };
  const value = parseValue(parameter.values, text);
  return value === undefined ? invalid(`${parameter.name} cannot be "${text}". ${allowed}`) : { kind: "set", parameter, value };
}

function parseSystem(text: string): SlashCommand {
  if (text === "") return { kind: "showSystem" };
  return { kind: "system", text: text === "default" ? undefined : unquoted(text) };
}

function parseContext(text: string): SlashCommand {
  if (text === "") return { kind: "showContext" };
  const wanted = text.toLowerCase();
  return wanted === "on" || wanted === "off" ? { kind: "context", enabled: wanted === "on" } : invalid(`/context takes on or off, not "${text}".`);
}

function parseFile(path: string): SlashCommand {
  if (path === "") return { kind: "showFiles" };
  return path === "none" ? { kind: "removeFiles" } : { kind: "file", path: unquoted(path) };
}

function withPath(kind: "save" | "load") {
  return (path: string): SlashCommand => (path === "" ? invalid(`/${kind} takes the name of a file.`) : { kind, path: unquoted(path) });
}

function unquoted(text: string): string {
  return /^(["'])(.+)\1$/s.exec(text)?.[2] ?? text;
}

function unknownCommand(mark: string, name: string): SlashCommand {
  const nearest = nearestName(name, [...commandArguments.keys()]);
  const hint = nearest === undefined ? `Commands: ${[...commandArguments.keys()].map((known) => `/${known}`).join(" ")}.` : `Did you mean ${mark}${nearest}? ${mark}help lists all.`;
  return invalid(`There is no command "${mark}${name}". ${hint}`);
}

function unknownParameter(name: string): SlashCommand {
  const names = generationParameters.map((known) => known.name);
  const nearest = nearestName(name.toLowerCase(), names);
  return invalid(`There is no parameter "${name}". ${nearest === undefined ? "" : `Did you mean ${nearest}? `}Parameters: ${names.join(", ")}.`);
}

function invalid(message: string): SlashCommand {
  return { kind: "invalid", message };
}
