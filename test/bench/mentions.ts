import { bestPaths } from "../../src/vscode/composer/fuzzyFiles";

/** How long a key in the picker takes to find files by name, among more and more files. Run by `node scripts/bench.mjs mentions`. */

const rounds = 30;
const words = ["parcel", "route", "zone", "tracking", "invoice", "ledger", "customer", "depot", "label", "queue"];
const queries = ["", "p", "pa", "routeplan", "trk", "src/led", "zzzz", "invoiceservicetest"];

function paths(count: number): readonly string[] {
  const word = (i: number) => words[i % words.length] ?? "";
  return Array.from({ length: count }, (_, i) => `packages/${word(i)}${i % 97}/src/${word(i >> 3)}/${word(i >> 5)}${word(i >> 2)}Service${i}${i % 4 === 0 ? ".test" : ""}.ts`);
}

for (const count of [1_000, 10_000, 100_000]) {
  const all = paths(count);
  const slowest = queries.map((query) => ({ query, ms: median(query, all) })).sort((a, b) => b.ms - a.ms)[0];
  console.log(`${count.toLocaleString("en")} files: the slowest query, "${slowest?.query}", takes ${slowest?.ms.toFixed(1)} ms (median of ${rounds})`);
}

function median(query: string, all: readonly string[]): number {
  const times = Array.from({ length: rounds }, () => {
    const startedAt = performance.now();
    bestPaths(query, all, 50);
    return performance.now() - startedAt;
  });
  return times.sort((a, b) => a - b)[rounds >> 1] ?? 0;
}
