import { rangeLabel } from "../../src/chat/rangeLabel";
import type { FunctionFacts } from "./functionFacts";

/** A function where it stands in a prompt. */
export interface PlacedFunction extends FunctionFacts {
  /** As the prompt's header has it. */
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** Names of a list in an answer; of the others it says that there are some. */
const mostNames = 5;

export const answers = {
  where: (f: PlacedFunction) => place(f),
  parameters: (f: PlacedFunction) => `\`${f.name}\` ${takes(f)} It is defined in \`${rangeLabel(f)}\`.`,
  returns: (f: PlacedFunction) =>
    f.returns === undefined ? `\`${f.name}\` declares no return type. It is defined in \`${rangeLabel(f)}\`.` : `\`${f.name}\` returns \`${f.returns}\`. It is defined in \`${rangeLabel(f)}\`.`,
  calls: (f: PlacedFunction) => `\`${f.name}\` ${calls(f)}`,
  explain: (f: PlacedFunction) => [place(f), ...about(f)].join(" "),
  selection: (f: PlacedFunction) => [`This is \`${f.name}\` from \`${rangeLabel(f)}\`.`, ...about(f)].join(" "),
  callers: (name: string, callers: readonly PlacedFunction[]) =>
    callers.length === 0
      ? `I see no call of \`${name}\` in the code I was given.`
      : `${listed(callers.map((caller) => `\`${caller.name}\` in \`${caller.path}\``))} ${callers.length === 1 ? "calls" : "call"} \`${name}\`.`,
  list: (path: string, names: readonly string[]) => `\`${path}\` defines ${named(names)} in the code I was given.`,
  unknown: (name: string) => `I do not see \`${name}\` in the code I was given.`,
  guess: (f: PlacedFunction) => `That may be \`${f.name}\`. ${place(f)}${f.doc === undefined ? "" : ` Its comment says: ${f.doc}`}`,
  other: () => "I am Ember, a very small model. I can tell where something is defined, what it takes and what it calls, from the code I was given.",
} as const;

function place(f: PlacedFunction): string {
  return `\`${f.name}\` is defined in \`${rangeLabel(f)}\`.`;
}

function about(f: PlacedFunction): readonly string[] {
  return [...(f.doc === undefined ? [] : [`Its comment says: ${f.doc}`]), `It ${takes(f)}`, `It ${calls(f)}`];
}

function takes({ parameters }: PlacedFunction): string {
  return parameters.length === 0 ? "takes no parameters." : `takes ${named(parameters)}.`;
}

function calls({ calls }: PlacedFunction): string {
  return calls.length === 0 ? "calls nothing else." : `calls ${named(calls)}.`;
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).map((name) => `\`${name}\``);
  return listed(names.length > mostNames ? [...shown, "others"] : shown);
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? "") : `${items.slice(0, -1).join(", ")} and ${items.at(-1) ?? ""}`;
}
