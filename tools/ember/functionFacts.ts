import { topLevelParts } from "../../src/chat/definitionFacts";
import { docComment } from "../../src/chat/docComment";

/** What can be told of a function from its own lines. */
export interface FunctionFacts {
  readonly name: string;
  readonly parameters: readonly string[];
  /** As it is declared; absent where it is not. */
  readonly returns?: string;
  /** First sentence of its comment, with a full stop; absent where there is none. */
  readonly doc?: string;
  /** Names it calls, in the order in which they come, each once. */
  readonly calls: readonly string[];
}

const identifier = /^[A-Za-z_$][\w$]*$/;
const keywords = new Set(
  "if for while switch catch return typeof await async function super constructor new in of and or not print import require def class lambda with except elif yield assert raise throw do else this self".split(" "),
);
const mostParameters = 6;
/** A text in one line. What is in it is as long as it was, so that places stay what they are. */
const quoted = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;

/**
 * The facts of the function whose name stands on line `at` (from 0); undefined when it is none, or one of a kind that
 * is left out: parameters that are taken apart, names of one or two letters.
 * @param lines those of the chunk, up to the function's last one
 */
export function functionFacts(lines: readonly string[], at: number, end: number, name: string, language: string): FunctionFacts | undefined {
  if (!identifier.test(name) || name.length < 3 || name.length > 36 || keywords.has(name)) return undefined;
  const source = lines.slice(at, end + 1).join("\n");
  const head = parameterList(source, name, language);
  if (!head) return undefined;
  const parameters = parameterNames(head.list, language);
  if (!parameters) return undefined;
  const doc = firstSentence(docComment(lines, at, language));
  const returns = returnType(head.rest, language);
  return { name, parameters, ...(returns !== undefined && { returns }), ...(doc !== undefined && { doc }), calls: calledNames(head.rest, name) };
}

/** The text between the function's brackets, and what follows them. */
function parameterList(source: string, name: string, language: string): { list: string; rest: string } | undefined {
  const escaped = name.replace(/\$/g, "\\$");
  const forms =
    language === "python"
      ? [`^\\s*(?:async\\s+)?def\\s+${escaped}\\s*\\(`]
      : [
          `^\\s*(?:export\\s+)?(?:default\\s+)?(?:async\\s+)?function\\s*\\*?\\s*${escaped}\\s*(?:<[^()]*>)?\\(`,
          `^\\s*(?:export\\s+)?(?:const|let|var)\\s+${escaped}\\s*=\\s*(?:async\\s+)?(?:function\\s*)?\\(`,
          `^\\s*(?:(?:public|private|protected|static|override|async)\\s+)*\\*?${escaped}\\s*(?:<[^()]*>)?\\(`,
        ];
  const found = forms.map((form) => new RegExp(form).exec(source)).find((match) => match !== null);
  if (!found) return undefined;
  const open = found[0].length;
  const close = closingBracket(source.replace(quoted, (text) => "_".repeat(text.length)), open);
  if (close === undefined) return undefined;
  const rest = source.slice(close + 1);
  const isFunction = language === "python" ? /^\s*(?:->[^:]+)?:/.test(rest) : /^\s*(?::[^={;]+)?\s*(?:=>|\{)/.test(rest);
  return isFunction ? { list: source.slice(open, close), rest } : undefined;
}

function closingBracket(text: string, from: number): number | undefined {
  let depth = 1;
  for (let at = from; at < Math.min(text.length, from + 600); at++) {
    const character = text[at] ?? "";
    if ("([{".includes(character)) depth++;
    else if (")]}".includes(character) && --depth === 0) return at;
  }
  return undefined;
}

/** Undefined where one of them is a pattern. */
function parameterNames(list: string, language: string): readonly string[] | undefined {
  const parts = topLevelParts(list.replace(quoted, '""')).map((part) => part.replace(/\/\*.*?\*\/|\/\/.*$/gm, "").trim());
  const names: string[] = [];
  for (const part of parts) {
    if (part === "" || part === "*" || part === "/") continue;
    const name = part.replace(/^(?:(?:public|private|protected|readonly)\s+)*(?:\.{3}|\*{1,2})?/, "").match(/^[A-Za-z_$][\w$]*/)?.[0];
    if (name === undefined) return undefined;
    if (language === "python" ? name !== "self" && name !== "cls" : name !== "this") names.push(name);
  }
  return names.length > mostParameters ? undefined : names;
}

function returnType(rest: string, language: string): string | undefined {
  const match = language === "python" ? /^\s*->\s*([^:\n]{1,32}):/.exec(rest) : /^\s*:\s*([^={;\n]{1,32}?)\s*(?:=>|\{)/.exec(rest);
  const type = match?.[1]?.trim();
  return type !== undefined && /^[\w.$<>[\], |]+$/.test(type) ? type : undefined;
}

function calledNames(rest: string, own: string): readonly string[] {
  const body = rest.replace(/"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/.*$|#.*$|\/\*[\s\S]*?\*\//gm, " ");
  const names = [...body.matchAll(/(?<!\bfunction\s{1,3}|\bdef\s{1,3})(?<![\w$])([A-Za-z_$][\w$]{2,})\s*\(/g)].map(([, name = ""]) => name);
  return [...new Set(names)].filter((name) => !keywords.has(name) && name !== own);
}

function firstSentence(doc: string | undefined): string | undefined {
  const text = doc?.replace(/\s+/g, " ").trim();
  const sentence = text?.split(/(?<=[a-z)`])\.(?:\s|$)|:$/)[0]?.trim();
  if (sentence === undefined || sentence.length < 12 || sentence.length > 110) return undefined;
  return /^[A-Z][\w`',()/ -]+$/.test(sentence) ? `${sentence}.` : undefined;
}
