import { describeValues, type GenerationParameter, generationParameters, parameterValue, parseValue } from "./generationParameters";
import type { ChatSettings } from "./types";

/** A line that steers the chat instead of asking something. `set` without a value takes the default back. */
export type SlashCommand =
  | { readonly kind: "help" }
  | { readonly kind: "clear" }
  | { readonly kind: "compact" }
  | { readonly kind: "exit" }
  | { readonly kind: "parameters" }
  | { readonly kind: "set"; readonly parameter: GenerationParameter; readonly value: number | string | undefined }
  | { readonly kind: "invalid"; readonly message: string };

interface CommandEntry {
  readonly names: readonly [string, ...string[]];
  readonly usage: string;
  readonly description: string;
  readonly parse: (words: readonly string[]) => SlashCommand;
}

const withoutArguments = (name: string, command: SlashCommand) => (words: readonly string[]) =>
  words.length === 0 ? command : invalid(`/${name} takes no arguments.`);

const commands: readonly CommandEntry[] = [
  { names: ["help"], usage: "/help", description: "List the commands", parse: withoutArguments("help", { kind: "help" }) },
  { names: ["clear"], usage: "/clear", description: "Forget this conversation", parse: withoutArguments("clear", { kind: "clear" }) },
  {
    names: ["compact"],
    usage: "/compact",
    description: "Fold all but the last question into a summary, to free the context",
    parse: withoutArguments("compact", { kind: "compact" }),
  },
  {
    names: ["set"],
    usage: "/set [NAME VALUE]",
    description: 'Set a parameter of the answers ("default" takes it back); alone it lists them',
    parse: parseSet,
  },
  { names: ["exit", "quit", "q"], usage: "/exit", description: "Leave (also /quit, /q)", parse: withoutArguments("exit", { kind: "exit" }) },
];

/**
 * Reads a line of the chat: `/name …` or `!name …`. Undefined when it is a question; a path such as /etc/hosts is one.
 * An unknown name and a wrong value come back as "invalid" with what would be right.
 */
export function parseSlashCommand(line: string): SlashCommand | undefined {
  const match = /^[/!]([a-z][\w-]*)?(?:\s+(.*))?$/is.exec(line.trim());
  if (!match) return undefined;
  const name = match[1]?.toLowerCase() ?? "";
  const entry = commands.find((command) => command.names.includes(name));
  if (!entry) return invalid(`There is no command "${line.trim().split(/\s/)[0] ?? ""}". Commands: ${commandNames()}.`);
  return entry.parse(match[2]?.trim().split(/\s+/).filter(Boolean) ?? []);
}

/** The text of `/help`. */
export function commandHelp(): string {
  const width = Math.max(...commands.map((command) => command.usage.length));
  const rows = commands.map((command) => `  ${command.usage.padEnd(width)}  ${command.description}`);
  return [...rows, "Each command may begin with ! as well. Anything else is a question."].join("\n");
}

/** The text of `/set` alone: each parameter, its value and what is allowed. */
export function parameterList(settings: ChatSettings): string {
  const value = (parameter: GenerationParameter) => String(parameterValue(settings, parameter) ?? "default");
  return generationParameters
    .map((parameter) => `  ${parameter.name.padEnd(14)}  ${value(parameter).padEnd(11)}  ${describeValues(parameter.values)}`)
    .join("\n");
}

function parseSet(words: readonly string[]): SlashCommand {
  const [name, text, ...rest] = words;
  if (name === undefined) return { kind: "parameters" };
  const wanted = name.toLowerCase().replaceAll("_", "-");
  const parameter = generationParameters.find((known) => known.name === wanted || known.field.toLowerCase() === wanted);
  if (!parameter) return invalid(`There is no parameter "${name}". Parameters: ${generationParameters.map((known) => known.name).join(", ")}.`);
  const allowed = `Give ${describeValues(parameter.values)}, or default.`;
  if (text === undefined || rest.length > 0) return invalid(`/set ${parameter.name} takes one value. ${allowed}`);
  if (text === "default") return { kind: "set", parameter, value: undefined };
  const value = parseValue(parameter.values, text);
  return value === undefined ? invalid(`${parameter.name} cannot be "${text}". ${allowed}`) : { kind: "set", parameter, value };
}

function commandNames(): string {
  return commands.flatMap((command) => command.names.map((name) => `/${name}`)).join(" ");
}

function invalid(message: string): SlashCommand {
  return { kind: "invalid", message };
}
