/**
 * `npm run bench:retrieval -- GITDIR... [--tune GITDIR...] [--commits N] [--docs N] [--names N] [--seed N] [--json]`: how well the
 * lexical retriever finds, beside other ways of searching on the same trees with the same questions. Repositories are
 * given as git directories (bare ones will do) and only read; those after --tune are the ones the weights were tuned on,
 * and are told apart. Questions: the subjects of past commits, asked of their parents' trees, for the files and for the
 * lines that they changed; doc comments, taken out before indexing, for the definitions that they stood on; and
 * questions about definitions by their names.
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { measureRepository, type RepositoryScores } from "./retrieval/measure";
import { asJson, gains, perRepositoryTable, summaryTable } from "./retrieval/report";
import { trigramSearch } from "./retrieval/trigram";

const { values, tokens } = parseArgs({
  allowPositionals: true,
  tokens: true,
  options: {
    tune: { type: "boolean", default: false },
    commits: { type: "string", default: "100" },
    docs: { type: "string", default: "100" },
    names: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});

/** The folder's name; a folder that only says "repo" or ".git" is named by the one around it. */
function nameOf(gitDir: string): string {
  const parts = path.resolve(gitDir).split(path.sep);
  const telling = parts.findLast((part) => !["repo", "repo.git", ".git", "git"].includes(part)) ?? gitDir;
  return telling.replace(/\.git$/, "").replace("+", "/");
}

async function measureAll(gitDirs: readonly string[]): Promise<readonly RepositoryScores[]> {
  const options = { commits: Number(values.commits), docs: Number(values.docs), names: Number(values.names), seed: Number(values.seed) };
  const all: RepositoryScores[] = [];
  for (const gitDir of gitDirs) {
    const began = performance.now();
    const measured = await measureRepository(path.resolve(gitDir), nameOf(gitDir), options);
    process.stderr.write(`${measured.name}: ${measured.commits} commits, ${measured.docs} doc comments, ${measured.names} names, ${((performance.now() - began) / 1000).toFixed(0)} s\n`);
    all.push(measured);
  }
  return all;
}

function print(title: string, repositories: readonly RepositoryScores[]): void {
  if (repositories.length === 0) return;
  const [commits, docs, names] = (["commits", "docs", "names"] as const).map((kind) => repositories.reduce((sum, one) => sum + one[kind], 0));
  console.log(`\n## ${title}: ${repositories.map(({ name }) => name).join(", ")}\n\n${commits} commits, ${docs} doc comments, ${names} names; means over questions, 95 % bootstrap intervals.\n`);
  console.log([summaryTable(repositories), perRepositoryTable(repositories), gains(repositories)].join("\n\n"));
}

const tuneAt = tokens.find((token) => token.kind === "option" && token.name === "tune")?.index ?? Infinity;
const given = tokens.filter((token) => token.kind === "positional");
if (given.length === 0) throw new Error("Give the git directories of some repositories.");
const others = await measureAll(given.filter(({ index }) => index < tuneAt).map(({ value }) => value));
const tuned = await measureAll(given.filter(({ index }) => index > tuneAt).map(({ value }) => value));
if ((await trigramSearch()) === undefined) process.stderr.write("This Node has no node:sqlite, so FTS5 trigram is absent.\n");
if (values.json) console.log(JSON.stringify({ seed: Number(values.seed), others: asJson(others), tuned: asJson(tuned) }, undefined, 1));
else {
  print("Not tuned on", others);
  print("Tuned on", tuned);
}
