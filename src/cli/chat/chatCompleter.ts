import { generationParameters } from "../../chat/generationParameters";
import { type CommandArgument, commandArguments, findParameter } from "../../chat/slashCommands";
import type { Candidate, Completer } from "../editor/completion";
import { pathCandidates } from "./pathCandidates";

export interface CompleterParts {
  readonly cwd: string;
  /** Models that could be used now. */
  readonly models: () => Promise<readonly string[]>;
}

/** Completes commands, what stands behind them, and paths of files anywhere. */
export function chatCompleter(parts: CompleterParts): Completer {
  return async (before) => {
    const [, mark, name] = /^\s*([/!])([a-z]*)$/i.exec(before) ?? [];
    if (mark !== undefined && name !== undefined) return { start: before.length - name.length, candidates: named([...commandArguments.keys()], name) };
    const [, command = "", rest = ""] = /^\s*[/!]([a-z]+)\s+(.*)$/is.exec(before) ?? [];
    const argument = commandArguments.get(command.toLowerCase());
    if (argument === undefined) return wordPath(before, parts);
    return { start: before.length - lastPart(argument, rest).length, candidates: await argumentCandidates(argument, rest, parts) };
  };
}

/** What is completed of the text behind a command: a path may have spaces in it. */
function lastPart(argument: CommandArgument, rest: string): string {
  return argument === "path" || argument === "model" ? rest : (/\S*$/.exec(rest)?.[0] ?? "");
}

async function argumentCandidates(argument: CommandArgument, rest: string, { cwd, models }: CompleterParts): Promise<readonly Candidate[]> {
  switch (argument) {
    case "parameter":
      return parameterCandidates(rest);
    case "switch":
      return named(["on", "off"], rest);
    case "path":
      return pathCandidates(rest, cwd);
    case "model":
      return [...named(await models(), rest), ...(await pathCandidates(rest, cwd)).filter(({ text }) => /\/$|\.gguf$/i.test(text))];
    case "none":
    case "text":
      return [];
  }
}

function parameterCandidates(rest: string): readonly Candidate[] {
  const [, name, value = ""] = /^(\S+)\s+(\S*)$/.exec(rest) ?? [];
  if (name === undefined) return named(generationParameters.map((parameter) => parameter.name), rest);
  const values = findParameter(name)?.values;
  return values ? named([...("choices" in values ? values.choices : []), "default"], value) : [];
}

/** In a question the last word may be a path. */
async function wordPath(before: string, { cwd }: CompleterParts) {
  const word = /[^\s"'`(@]*$/.exec(before)?.[0] ?? "";
  return { start: before.length - word.length, candidates: word === "" ? [] : await pathCandidates(word, cwd) };
}

function named(names: readonly string[], start: string): readonly Candidate[] {
  return names.filter((name) => name.startsWith(start.toLowerCase())).map((text) => ({ text }));
}
