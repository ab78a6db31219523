import * as v from "valibot";
import { describeError } from "../common/errors";
import { t } from "../common/l10n";
import { parseFrontMatter } from "./frontMatter";

/** A question that a workspace keeps in a file, asked by `/name`. */
export interface PromptFile {
  /** Where it stands, as it is named to people. */
  readonly path: string;
  /** Without the slash. */
  readonly name: string;
  readonly description: string;
  /** What is attached with it: the name of a kind such as "selection", or the path of a file or folder. */
  readonly attachments: readonly string[];
  /** The question, with `{{input}}` and `{{selection}}` where these are to stand. */
  readonly body: string;
}

/** A file that cannot be used, and why. */
export interface BadPromptFile {
  readonly path: string;
  readonly problem: string;
}

export interface PromptFiles {
  /** By name. */
  readonly prompts: readonly PromptFile[];
  readonly bad: readonly BadPromptFile[];
}

export interface PromptSource {
  readonly path: string;
  readonly text: string;
}

const nameRule = /^[a-z][\w-]{0,39}$/;
const text = v.pipe(v.string(), v.trim());
const headSchema = v.strictObject({
  name: v.exactOptional(text),
  description: v.exactOptional(text),
  attachments: v.exactOptional(v.array(v.pipe(text, v.nonEmpty()))),
});

/**
 * Reads the files in their order. The first one of a name has it; one that cannot be used is named with its problem.
 *
 * @param taken names that no file can have, in lower case
 */
export function readPromptFiles(sources: readonly PromptSource[], taken: ReadonlySet<string>): PromptFiles {
  const prompts = new Map<string, PromptFile>();
  const bad: BadPromptFile[] = [];
  for (const source of sources) {
    try {
      const prompt = readPrompt(source);
      const owner = taken.has(prompt.name) ? "Hearth" : prompts.get(prompt.name)?.path;
      if (owner !== undefined) throw new Error(t('The name "{0}" is taken by {1}.', prompt.name, owner));
      prompts.set(prompt.name, prompt);
    } catch (error) {
      bad.push({ path: source.path, problem: describeError(error) });
    }
  }
  return { prompts: [...prompts.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), bad };
}

function readPrompt({ path, text: content }: PromptSource): PromptFile {
  const { head, body } = parseFrontMatter(content);
  const checked = v.safeParse(headSchema, head ?? {});
  if (!checked.success) throw new Error(problemOf(checked.issues[0]));
  const question = body.trim();
  if (question === "") throw new Error(t("It has no text after the front matter."));
  const { name = fileName(path), description = titleLine(question), attachments = [] } = checked.output;
  const lower = name.toLowerCase();
  if (!nameRule.test(lower)) throw new Error(t('"{0}" is no name for a command: it takes letters, digits, "-" and "_", and begins with a letter.', name));
  return { path, name: lower, description, attachments, body: question };
}

function problemOf(issue: v.BaseIssue<unknown>): string {
  const place = v.getDotPath(issue);
  return place === null ? t("The front matter is no list of fields.") : t('The field "{0}" of the front matter is wrong: {1}.', place, issue.message);
}

function fileName(path: string): string {
  return (path.split("/").at(-1) ?? path).replace(/\.md$/i, "");
}

/** The first line, without the marks of a heading. */
function titleLine(question: string): string {
  const line = (question.split("\n", 1)[0] ?? "").replace(/^#+\s*/, "");
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

/** What a prompt is filled in with. */
export interface PromptValues {
  /** What was typed after the command. */
  readonly input: string;
  /** The selected code as a block; asked for only where the body names it. */
  readonly selection: () => string;
}

const inputPlace = /\{\{\s*input\s*\}\}/g;
const selectionPlace = /\{\{\s*selection\s*\}\}/g;

/** The question of a prompt. What was typed follows the body where that has no place for it. Throws what `selection` throws. */
export function fillPrompt({ body }: Pick<PromptFile, "body">, { input, selection }: PromptValues): string {
  const hasPlace = body.search(inputPlace) >= 0;
  const code = body.search(selectionPlace) >= 0 ? selection() : "";
  // In one pass, so that a placeholder inside of what was typed or selected stays as it is.
  const filled = body.replace(/\{\{\s*(input|selection)\s*\}\}/g, (_, name: string) => (name === "input" ? input : code));
  return hasPlace || input === "" ? filled : `${filled}\n\n${input}`;
}

/** Whether the command takes text after it: it may always, but is asked for where the body has a place for it. */
export function takesInput({ body }: Pick<PromptFile, "body">): boolean {
  return body.search(inputPlace) >= 0;
}
