import { wrapText } from "./wrapText";

/** What changed in one file. */
export interface FileDiff {
  /** Relative to the repository. */
  readonly path: string;
  /** The file's part of a unified diff, its header included; empty where only the name is known. */
  readonly text: string;
}

export interface CommitPromptParts {
  readonly files: readonly FileDiff[];
  /** First lines of the newest commits, newest first: how messages are written here. */
  readonly recentSubjects: readonly string[];
  /** What the person has written already; empty: nothing. */
  readonly draft: string;
}

const subjectWidth = 72;

export const commitSystemPrompt = [
  "You write the message of a git commit from its diff.",
  "Line 1: a subject in the imperative, at most 72 characters, no full stop at its end.",
  "If more must be said: an empty line, then one or two short paragraphs that say what changed and why.",
  "Reply with the message alone: no quotes, no code fences, no introduction.",
].join("\n");

/** The parts of a unified diff, file by file. */
export function splitDiff(diff: string): readonly FileDiff[] {
  return diff
    .split(/^(?=diff --git )/m)
    .filter((part) => part.startsWith("diff --git "))
    .map((text) => ({ path: pathOf(text), text: text.trimEnd() }));
}

/** The name after the change, or before it where the file was removed. */
function pathOf(part: string): string {
  const named = /^\+\+\+ b\/(.+)$/m.exec(part)?.[1] ?? /^--- a\/(.+)$/m.exec(part)?.[1] ?? /^rename to (.+)$/m.exec(part)?.[1];
  return (named ?? /^diff --git a\/.* b\/(.*)$/m.exec(part)?.[1] ?? "").trim();
}

export function commitPrompt({ files, recentSubjects, draft }: CommitPromptParts): string {
  const shown = files.filter(({ text }) => text !== "");
  const named = files.filter(({ text }) => text === "");
  return [
    ...(recentSubjects.length > 0 ? [`Subjects of recent commits here, as examples of the style:\n${recentSubjects.map((subject) => `- ${subject}`).join("\n")}`] : []),
    ...(draft.trim() === "" ? [] : [`The author has begun the message like this; keep to it:\n${draft.trim()}`]),
    ...(shown.length > 0 ? [`The diff:\n${shown.map(({ text }) => text).join("\n")}`] : []),
    ...(named.length > 0 ? [`Changed too:\n${named.map(({ path }) => `- ${path}`).join("\n")}`] : []),
    "Write the commit message.",
  ].join("\n\n");
}

/** Files that tools write: their diffs are long and say little. */
const generatedFile = /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|[^/]*\.lock|[^/]*-lock\.(json|ya?ml)|[^/]*\.min\.(js|css)|[^/]*\.map|[^/]*\.svg)$/i;

/** Least tokens of a file's diff that are worth showing. */
const leastTokens = 40;

/**
 * Cuts the diffs so that together they take at most `budget` tokens: each file gets an equal share, what short ones
 * leave goes to the longer ones. Files that tools write get what is left, and those without room keep their name alone.
 * @param tokens of each file's diff, in the order of `files`
 */
export function fitDiffs(files: readonly FileDiff[], tokens: readonly number[], budget: number): readonly FileDiff[] {
  const costs = new Map(files.map(({ path }, at) => [path, tokens[at] ?? 0]));
  const cost = ({ path }: FileDiff) => costs.get(path) ?? 0;
  const written = files.filter(({ path }) => !generatedFile.test(path));
  const shares = fairShares(written.map(cost), budget);
  const left = budget - shares.reduce((sum, share) => sum + share, 0);
  const generated = files.filter(({ path }) => generatedFile.test(path));
  const room = new Map([...written.map(({ path }, at) => [path, shares[at] ?? 0] as const), ...zip(generated, fairShares(generated.map(cost), left))]);
  return files.map((file) => cutDiff(file, cost(file), room.get(file.path) ?? 0));
}

function zip(files: readonly FileDiff[], shares: readonly number[]): (readonly [string, number])[] {
  return files.map(({ path }, at) => [path, shares[at] ?? 0] as const);
}

/** Equal shares of the budget, none larger than what is wanted. */
function fairShares(wanted: readonly number[], budget: number): readonly number[] {
  const shares = wanted.map(() => 0);
  let left = Math.max(0, budget);
  const bySize = wanted.map((tokens, at) => ({ tokens, at })).sort((a, b) => a.tokens - b.tokens);
  bySize.forEach(({ tokens, at }, done) => {
    const share = Math.min(tokens, Math.floor(left / (bySize.length - done)));
    shares[at] = share;
    left -= share;
  });
  return shares;
}

/** The first lines that fit, whole ones only; a diff of which hardly any would fit keeps its name alone. */
function cutDiff(file: FileDiff, cost: number, room: number): FileDiff {
  if (cost <= room) return file;
  if (room < leastTokens) return { path: file.path, text: "" };
  // A line of the cut is taken to cost as much for each of its characters as the whole does.
  const characters = Math.floor((file.text.length * room) / cost);
  const end = file.text.lastIndexOf("\n", characters);
  return { path: file.path, text: end <= 0 ? "" : `${file.text.slice(0, end)}\n(cut)` };
}

/** A model's answer as a commit message: without fences, quotes and introduction, lines wrapped at 72. Also of a part of one. */
export function cleanCommitMessage(answer: string): string {
  const lines = unquoted(withoutFences(answer)).split("\n").map((line) => line.trimEnd());
  const start = lines.findIndex((line) => line !== "" && !/^(here is|here's|commit message|sure)\b[^\n]*:$/i.test(line));
  if (start === -1) return "";
  const [first = "", ...rest] = lines.slice(start);
  const [subject, over] = subjectOf(first.replace(/^((commit )?message|subject)\s*:\s*/i, "").replace(/^#+\s*/, ""));
  const body = wrapText([over, ...rest].join("\n").trim(), subjectWidth);
  return body === "" ? subject : `${subject}\n\n${body}`;
}

function withoutFences(text: string): string {
  return text
    .split("\n")
    .filter((line) => !/^\s*`{3,}\w*\s*$/.test(line))
    .join("\n")
    .trim();
}

function unquoted(text: string): string {
  const inner = /^(["'`])((?:(?!\1)[\s\S])*)\1$/.exec(text)?.[2];
  // While the answer still comes, the quote at its end is not there yet.
  return inner ?? (/^["`]/.test(text) && !text.slice(1).includes(text.charAt(0)) ? text.slice(1) : text);
}

/** Too long a subject is cut at a word, and what is over begins the body. */
function subjectOf(line: string): readonly [subject: string, over: string] {
  const text = line.trim().replace(/(?<!\.)\.$/, "").trimEnd();
  if (text.length <= subjectWidth) return [text, ""];
  const cut = text.lastIndexOf(" ", subjectWidth);
  const at = cut > subjectWidth / 2 ? cut : subjectWidth;
  return [text.slice(0, at).trimEnd(), text.slice(at).trim()];
}
