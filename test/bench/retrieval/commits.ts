import { git } from "./checkout";
import { languageOf } from "../../../src/rag/languages";
import { seeded } from "../../fixtures/seeded";

/** A commit as a task: its subject is the question, what it changed in its parent's tree is the answer. */
export interface CommitTask {
  readonly commit: string;
  readonly parent: string;
  readonly question: string;
  /** Source files that it changed, by their paths in the parent. */
  readonly files: readonly string[];
}

/** A commit that changes more source files than this is a sweep, and no question has it for an answer. */
const mostFiles = 10;

const noise =
  /^(?:merge|revert|release|bump|upgrade|v?\d+\.\d+|post-merge|wip\b)|\b(?:bump(?:s|ed|ing)?|deps?(?:-dev)?|dependabot|dependenc(?:y|ies)|version|release[sd]?|changelog|typos?|lint(?:er|ing)?|eslint|format(?:ted|ting)|prettier|rustfmt|gofmt|pre-commit|copyright|license|whitespace|prepare for|prep for)\b|\bset version\b/i;

const proseLanguages = /^(?:plaintext|markdown|restructuredtext|json|jsonc|jsonl|yaml|toml|ini|properties|diff|bibtex|latex|xml|dotenv)$/;

/** Whether a file is source code, rather than prose, data or configuration. */
export function isSource(file: string): boolean {
  return !proseLanguages.test(languageOf(file));
}

/** A number of an issue or pull request is no part of a question. */
function questionOf(subject: string): string {
  return subject.replace(/\s*\(?#\d+\)?/g, "").trim();
}

function isTelling(question: string): boolean {
  return !noise.test(question) && (question.match(/\p{L}{3,}/gu) ?? []).length >= 3;
}

/** `count` of a repository's commits, oldest first, evenly over the history: one drawn from each of `count` equal stretches. */
export async function sampleCommits(gitDir: string, count: number, seed: number): Promise<readonly CommitTask[]> {
  const tasks = (await allCommits(gitDir)).filter(({ question, files }) => isTelling(question) && files.length >= 1 && files.length <= mostFiles);
  const random = seeded(seed);
  if (tasks.length <= count) return tasks;
  return Array.from({ length: count }, (_, i) => tasks[Math.floor(((i + random()) * tasks.length) / count)]).filter((task) => task !== undefined);
}

async function allCommits(gitDir: string): Promise<CommitTask[]> {
  const output = await git(gitDir, ["log", "HEAD", "--no-merges", "--reverse", "--date-order", "-M100%", "--name-status", "-z", "--format=%x01%H%x02%P%x02%s%x02"]);
  return output.split("\u0001").slice(1).flatMap(parseCommit);
}

function parseCommit(text: string): CommitTask[] {
  const [commit = "", parents = "", subject = "", changes = ""] = text.split("\u0002");
  const [parent = ""] = parents.split(" ");
  if (parent === "") return [];
  return [{ commit, parent, question: questionOf(subject), files: changedSources(changes) }];
}

/** From "M NUL path NUL R100 NUL old NUL new NUL"; added files are not in the parent. */
function changedSources(changes: string): string[] {
  const fields = changes.split("\0").map((field) => field.trim()).filter((field) => field !== "");
  const files: string[] = [];
  for (let i = 0; i < fields.length; ) {
    const status = fields[i] ?? "";
    const file = fields[i + 1] ?? "";
    i += /^[RC]/.test(status) ? 3 : 2;
    if (/^[MDR]/.test(status) && isSource(file)) files.push(file);
  }
  return files;
}
