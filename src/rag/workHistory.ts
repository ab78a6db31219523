import { scaled } from "./blend";
import { DocumentLengths, Postings, scoreBm25 } from "./bm25";
import type { PastCommit } from "./gitHistory";
import { ScoreBoard } from "./scoreBoard";
import { TermDictionary } from "./termDictionary";
import { type QueryWord, stemGroups } from "./termGroups";
import { history } from "./weights";

/** Edited files that are remembered. */
const mostEdits = 50;
/** More files than this at a time are a branch switch or a tool's work, not somebody's. */
const mostEditsAtOnce = 20;

/** What the past of a workspace tells about its files: commits and what they said, and edits of this session. */
export class WorkHistory {
  #commits: readonly PastCommit[] = [];
  #subjects: SubjectIndex | undefined;
  #recency: ReadonlyMap<string, number> | undefined;
  /** Newest last. */
  readonly #edits = new Set<string>();
  #open: readonly string[] = [];

  /** Newest first. */
  setCommits(commits: readonly PastCommit[]): void {
    this.#commits = commits;
    this.#subjects = undefined;
    this.#recency = undefined;
  }

  /** Notes that files were just changed. */
  noteEdits(paths: readonly string[]): void {
    if (paths.length > mostEditsAtOnce) return;
    for (const path of paths) {
      this.#edits.delete(path);
      this.#edits.add(path);
    }
    for (const path of this.#edits) {
      if (this.#edits.size <= mostEdits) break;
      this.#edits.delete(path);
    }
    this.#recency = undefined;
  }

  /** Files that are open in the editor or were shown of late, the newest first. */
  setOpenFiles(paths: readonly string[]): void {
    this.#open = paths.slice(0, mostEdits);
    this.#recency = undefined;
  }

  /** How much each file was worked on of late, by path: 1 for the most; newer work counts more. */
  get recency(): ReadonlyMap<string, number> {
    return (this.#recency ??= recencyOf(this.#commits, [...new Set([...[...this.#edits].reverse(), ...this.#open])]));
  }

  /** Files by the words of the commits that changed them, by path; newer commits count more. */
  scoreFiles(words: readonly QueryWord[]): ReadonlyMap<string, number> {
    this.#subjects ??= new SubjectIndex(this.#commits);
    return this.#subjects.scoreFiles(words);
  }
}

function recencyOf(commits: readonly PastCommit[], edits: readonly string[]): ReadonlyMap<string, number> {
  const scores = new Map<string, number>();
  const add = (path: string, score: number) => scores.set(path, (scores.get(path) ?? 0) + score);
  for (const [age, { files }] of commits.slice(0, history.workFade * 6).entries()) {
    // A commit that touches hundreds of files (a reformat, a move) says little about any of them.
    const weight = Math.exp(-age / history.workFade) / Math.max(1, files.length / 10);
    for (const file of files) add(file, weight);
  }
  for (const [age, path] of edits.entries()) add(path, Math.exp(-age / history.editFade));
  return scaled(new Map([...scores].map(([path, score]) => [path, Math.sqrt(score)])));
}

/** BM25 over the subjects of commits, by stems. */
class SubjectIndex {
  readonly #dictionary = new TermDictionary();
  readonly #field = { postings: new Postings(), documents: new DocumentLengths() };
  readonly #commits: readonly PastCommit[];

  constructor(commits: readonly PastCommit[]) {
    this.#commits = commits;
    for (const { subject } of commits) {
      const terms = this.#dictionary.count(subject);
      this.#field.postings.add(this.#field.documents.add(terms.ids.length), terms);
    }
    this.#dictionary.forgetWords();
  }

  scoreFiles(words: readonly QueryWord[]): ReadonlyMap<string, number> {
    const found = new ScoreBoard(this.#commits.length);
    scoreBm25(this.#field, stemGroups(this.#dictionary, words), found);
    const faded = new ScoreBoard(this.#commits.length);
    for (const age of found.touched) {
      const weight = this.#weight(age);
      if (weight > 0) faded.add(age, found.of(age) * weight);
    }
    const scores = new Map<string, number>();
    for (const { document, score } of faded.top(history.commits)) {
      for (const file of this.#commits[document]?.files ?? []) scores.set(file, (scores.get(file) ?? 0) + score);
    }
    return scores;
  }

  #weight(age: number): number {
    const files = this.#commits[age]?.files.length ?? 0;
    return files === 0 || files > history.filesPerCommit ? 0 : Math.exp(-age / history.wordsFade) / Math.sqrt(files);
  }
}
