import type { Command, Option } from "commander";
import { HearthError } from "../common/errors";

/**
 * The arguments with the command first: words without a command are a question, and so is what is piped in without any
 * arguments. Options may stand before the command's name. Throws "bad-use" for what looks like a command misspelt.
 */
export function completeCommandLine(args: readonly string[], program: Command, { isInputTty }: { readonly isInputTty: boolean }): readonly string[] {
  if (args.length === 0) return isInputTty ? args : ["ask"];
  const at = firstWord(args, optionsOf(program));
  if (at === undefined) return args.some((arg) => programFlags.has(arg)) ? args : ["ask", ...args];
  const word = args[at] ?? "";
  if (args[at - 1] === "--") return ["ask", ...args];
  if (isCommandOf(program, word)) return commandFirst(args, at, program);
  assertQuestion(args.slice(at), program);
  return ["ask", ...args];
}

const programFlags: ReadonlySet<string> = new Set(["-h", "--help", "-V", "--version"]);

/** `help` is a command where it stands alone, or before the name of one; in front of other words it begins a question. */
function commandFirst(args: readonly string[], at: number, program: Command): readonly string[] {
  const [name = "", next] = args.slice(at);
  if (name === "help" && next !== undefined && !isCommandOf(program, next)) return ["ask", ...args];
  return [name, ...args.slice(0, at), ...args.slice(at + 1)];
}

/** Where the first argument stands that is neither an option nor an option's value; undefined: there is none. */
function firstWord(args: readonly string[], options: readonly Option[]): number | undefined {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "--") return at + 1 < args.length ? at + 1 : undefined;
    if (!arg.startsWith("-") || arg === "-") return at;
    const option = options.find((one) => one.long === arg || one.short === arg);
    if (option?.required === true) at++;
  }
  return undefined;
}

function optionsOf(program: Command): readonly Option[] {
  return [program, ...program.commands].flatMap((command) => command.options);
}

function isCommandOf(program: Command, word: string): boolean {
  return word === "help" || program.commands.some((command) => command.name() === word || command.aliases().includes(word));
}

/** A word alone that nearly is a command hardly asks anything, and neither does a misspelt long name in front of others. */
function assertQuestion(words: readonly string[], program: Command): void {
  const [word = "", ...others] = words;
  const names = program.commands.map((command) => command.name());
  const meant = names.find((name) => (others.length === 0 ? isNearlyAlone(word, name) : name.length >= 5 && isSlipOf(word, name)));
  if (meant === undefined) return;
  throw new HearthError("bad-use", `There is no command "${word}". Did you mean "${meant}"?`, { remedy: `To ask the model: hearth ask ${words.join(" ")}` });
}

function isNearlyAlone(word: string, name: string): boolean {
  return word.length > 2 && (isSlipOf(word, name) || (name.length >= 5 && name.startsWith(word)));
}

/** One letter too few, too many or doubled, or two that changed places. */
function isSlipOf(word: string, name: string): boolean {
  if (word.length === name.length) return places(name).some((at) => name.slice(0, at) + name.charAt(at + 1) + name.charAt(at) + name.slice(at + 2) === word);
  const [shorter, longer] = word.length < name.length ? [word, name] : [name, word];
  return places(longer).some((at) => longer.slice(0, at) + longer.slice(at + 1) === shorter);
}

function places(text: string): readonly number[] {
  return Array.from({ length: text.length }, (_, at) => at);
}
