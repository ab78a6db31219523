import { type Metric, metrics, type RepositoryScores } from "./measure";
import { bootstrap, type Estimate, mean } from "./metrics";

const product = "Hearth";
const ownNames = /^Hearth/;

/** All questions of some repositories in one pot. */
function pooled(repositories: readonly RepositoryScores[], searcher: string, metric: Metric): readonly number[] {
  return repositories.flatMap(({ scores }) => scores.get(searcher)?.get(metric) ?? []);
}

function searchersOf(repositories: readonly RepositoryScores[]): readonly string[] {
  return [...new Set(repositories.flatMap(({ scores }) => [...scores.keys()]))];
}

const figure = (value: number) => value.toFixed(3).replace(/^0/, "");
const interval = ({ mean: middle, low, high }: Estimate) => `${figure(middle)} [${figure(low)}, ${figure(high)}]`;

/** A markdown table of all ways of searching with their intervals. */
export function summaryTable(repositories: readonly RepositoryScores[]): string {
  const rows = searchersOf(repositories).map((searcher) => [searcher, ...metrics.map((metric) => interval(bootstrap(pooled(repositories, searcher, metric))))]);
  return table(["", ...metrics], rows);
}

/** The product beside the best baseline of each repository and metric. */
export function perRepositoryTable(repositories: readonly RepositoryScores[]): string {
  const rows = repositories.map((repository) => [
    `${repository.name} (${repository.commits} commits, ${repository.docs} comments, ${repository.names} names)`,
    ...metrics.map((metric) => {
      const own = mean(pooled([repository], product, metric));
      const best = Math.max(...searchersOf([repository]).filter((name) => !ownNames.test(name)).map((name) => mean(pooled([repository], name, metric))));
      return `${figure(own)} / ${figure(best)}${own < best ? " (below)" : ""}`;
    }),
  ]);
  return table([`${product} / best baseline`, ...metrics], rows);
}

/** How much the product gains over the best baseline of all the questions, question by question. */
export function gains(repositories: readonly RepositoryScores[]): string {
  const rows = metrics.map((metric) => {
    const baselines = searchersOf(repositories).filter((name) => !ownNames.test(name));
    const best = baselines.reduce((a, b) => (mean(pooled(repositories, b, metric)) > mean(pooled(repositories, a, metric)) ? b : a));
    const theirs = pooled(repositories, best, metric);
    const differences = pooled(repositories, product, metric).map((value, i) => value - (theirs[i] ?? 0));
    return [metric, best, interval(bootstrap(differences))];
  });
  return table(["", "best baseline", "Hearth's gain"], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

/** Means and intervals for machines. */
export function asJson(repositories: readonly RepositoryScores[]): unknown {
  return repositories.map(({ name, commits, docs, names, scores }) => ({
    name,
    commits,
    docs,
    names,
    searchers: Object.fromEntries([...scores].map(([searcher, byMetric]) => [searcher, Object.fromEntries([...byMetric].map(([metric, values]) => [metric, bootstrap(values)]))])),
  }));
}
