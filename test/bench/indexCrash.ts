/**
 * `node scripts/bench.mjs indexCrash [--trials 1000] [--seed 1] [--shape one|two|again|shards]`: index processes that change a folder and its index are
 * killed (SIGKILL), most in the middle of a chosen write, some at any moment; one of them, two in a row, or two that
 * compete for one index. Then the index is opened. Each file's chunks must be
 * exactly those of one content that the file had, no older than what had been saved for certain; vectors must be those
 * of their chunks; and one update must bring all to what an index made anew has.
 */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { runAsWriter } from "./indexCrash/crashWriter";
import { crashKinds } from "./indexCrash/crashPoint";
import { CrashTrial, crashShapes, type TrialResult, type TrialShape } from "./indexCrash/crashTrial";
import { ShardTrial } from "./indexCrash/shardTrial";

const { values } = parseArgs({ strict: false, options: { trials: { type: "string", default: "40" }, seed: { type: "string", default: "1" }, shape: { type: "string" } } });

/** One trial in so many is of vectors alone, enough of them for their shards to split. */
const shardsEvery = 10;

async function main(): Promise<void> {
  const results: TrialResult[] = [];
  const trials = Number(values.trials);
  const began = performance.now();
  for (let number = 0; number < trials; number++) {
    const scratch = mkdtempSync(path.join(os.tmpdir(), "hearth-crash-"));
    try {
      const seed = Number(values.seed) * 100_000 + number;
      const shape = shapeOf(number, seed);
      results.push(await (shape === "shards" ? new ShardTrial(scratch, seed) : new CrashTrial(scratch, seed, shape)).run());
    } catch (error) {
      console.error(`Trial ${number} of seed ${String(values.seed)} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      process.exitCode = 1;
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
    if ((number + 1) % 50 === 0) console.log(`${number + 1} trials, ${results.length} passed, ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
  const count = (isSo: (result: TrialResult) => boolean) => results.filter(isSo).length;
  console.log(`${results.length} of ${trials} trials passed in ${((performance.now() - began) / 1000).toFixed(0)} s (${count(({ shape }) => shape === "two")} with two writers, ${count(({ shape }) => shape === "again")} killed twice, ${count(({ shape }) => shape === "shards")} of shards that split).`);
  const crashes = results.flatMap((result) => result.crashes);
  const kills = results.reduce((total, result) => total + result.kills, 0);
  console.log(`${kills} kills, ${crashes.length} at a chosen operation: ${crashKinds.map((kind) => `${crashes.filter(({ during }) => during === kind).length} ${kind}`).join(", ")}; the others from outside.`);
  console.log(`Trials with half a record or a temporary file left behind: ${count(({ leftovers }) => leftovers)}; killed before anything was saved: ${count(({ savedStep }) => savedStep === 0)}.`);
  console.log(`Files checked: ${sum(results, "files")}, chunks: ${sum(results, "chunks")}, vectors: ${sum(results, "vectors")}.`);
  // An index that changes its files by other functions would escape the kills in silence.
  if (crashes.length < kills / 2) throw new Error("Most kills missed their moment: crashPoint.ts does not know how the index writes any more.");
}

/** All shapes in turn, unless one was asked for. */
function shapeOf(number: number, seed: number): TrialShape {
  const asked = [...crashShapes, "shards" as const].find((shape) => shape === values.shape);
  if (values.shape !== undefined && asked === undefined) throw new Error(`There is no shape of trials by the name ${String(values.shape)}.`);
  return asked ?? (number % shardsEvery === 0 ? "shards" : (crashShapes[seed % crashShapes.length] ?? "one"));
}

function sum(results: readonly TrialResult[], key: "files" | "chunks" | "vectors"): number {
  return results.reduce((total, result) => total + result[key], 0);
}

if (!(await runAsWriter())) await main();
