/**
 * `npm run study:guidance -- [--functions N] [--bytes N] [--out FOLDER] NAME=GIT_DIRECTORY ...`: whether guidance helps a
 * model to spell a workspace's names and to expect its code. For each repository an n-gram model and token vectors are
 * trained by counting, on all but the bodies of held-out functions; each body is then read token by token with and without
 * guidance, by the engine's own scores. Prints tables, and draws docs/guidance-perplexity.svg and docs/guidance-names.svg.
 * An n-gram model is not a language model of today: what this shows is what the scores add to a model that has counted
 * the workspace, not what they add to one that reads its prompt.
 */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { NativeLlama } from "../../src/engine/llama";
import { vocabularyFile } from "../fixtures/vocab";
import { type Chart, type Curve, drawCharts } from "./guidance/curves";
import { type SplitLimits, splitRepository, type SplitRepository } from "./guidance/heldOut";
import { LexicalSearch } from "./guidance/lexicalSearch";
import { NgramModel } from "./guidance/ngramModel";
import { baselines, type Case, scales, Study, type Tallies, type Tally, tallyKey, type Variant, variants } from "./guidance/study";
import { trainVectors } from "./guidance/tokenVectors";
import { namePlaces, namesIn, WorkspaceTokens } from "./guidance/workspaceTokens";
import type { Vocabulary } from "../../src/engine/runtime";

const vectorWidth = 64;
const passages = 4;
/** What larger scales do to the perplexity would leave no room to see the small ones. */
const largestDrawn = 4;

interface Options extends SplitLimits {
  readonly out: string;
  readonly repositories: readonly { readonly name: string; readonly directory: string }[];
}

async function studyRepository(split: SplitRepository, vocabulary: Vocabulary): Promise<Tallies> {
  const tokens = new WorkspaceTokens(vocabulary);
  const texts = split.rest.map(({ text }) => tokens.tokenize(text));
  const cases = casesOf(split, tokens);
  const model = new NgramModel(texts, tokens.count);
  const study = new Study({ model, vectors: trainVectors(texts, tokens.count, vectorWidth), vocabulary: tokens.count, pieceOf: (token) => tokens.pieceOf(token) });
  for (const one of cases) await study.add(one);
  return study.tallies;
}

function casesOf(split: SplitRepository, tokens: WorkspaceTokens): readonly Case[] {
  const search = new LexicalSearch(split.rest.map(({ text }) => text));
  const known = namesIn(split.rest.map(({ text }) => text).join("\n"));
  return split.functions.map((held) => {
    const body = tokens.tokenize(held.body);
    const code = search.find(`${held.file} ${held.header}`, passages).join("\n");
    return { held, question: tokens.tokenize(`${held.header}\n`), code: tokens.tokenize(code), body, names: namePlaces(body, (token) => tokens.pieceOf(token), known) };
  });
}

function addAll(all: Tallies, one: Tallies): void {
  for (const [key, { loss, tokens, rightNames, names }] of one) {
    const sum: Tally = all.get(key) ?? { loss: 0, tokens: 0, rightNames: 0, names: 0 };
    all.set(key, { loss: sum.loss + loss, tokens: sum.tokens + tokens, rightNames: sum.rightNames + rightNames, names: sum.names + names });
  }
}

const perplexity = ({ loss, tokens }: Tally) => Math.exp(loss / Math.max(1, tokens));
const nameShare = ({ rightNames, names }: Tally) => (100 * rightNames) / Math.max(1, names);

function print(title: string, tallies: Tallies): void {
  const plain = tallies.get(tallyKey("alone", variants[0]!, 0));
  process.stdout.write(`\n${title}: ${plain?.tokens} tokens, ${plain?.names} names\n`);
  for (const baseline of baselines) {
    for (const adaptive of [true, false]) {
      const own = variants.filter((variant) => variant.adaptive === adaptive);
      process.stdout.write(`${baseline}, ${adaptive ? "adaptive" : "constant"} scale: perplexity${adaptive ? "; names spelt right, %" : ""}\n`);
      console.table(Object.fromEntries(own.map((variant) => [`${variant.strategy} ${variant.query}`, rowOf(tallies, baseline, variant)])));
    }
  }
}

function rowOf(tallies: Tallies, baseline: string, variant: Variant): Record<string, string> {
  return Object.fromEntries(
    scales.flatMap((scale) => {
      const tally = tallies.get(tallyKey(baseline, variant, scale));
      if (!tally) return [];
      return [[`at ${scale}`, perplexity(tally).toFixed(2) + (tally.names > 0 ? `; ${nameShare(tally).toFixed(1)}` : "")]];
    }),
  );
}

const colours = { cosine: "#1f77b4", cnn: "#d62728", bayesian: "#2ca02c", thompson: "#9467bd" } as const;
const dashes = { fixed: false, context: true, dynamic: false } as const;
const paler = { cosine: "#8ec1e6", cnn: "#f19a9b", bayesian: "#98d898", thompson: "#c9b1df" } as const;

interface ChartOf {
  readonly baseline: (typeof baselines)[number];
  readonly adaptive: boolean;
  readonly title: string;
  readonly yLabel: string;
  readonly value: (tally: Tally) => number;
  readonly upTo: number;
}

function chart(tallies: Tallies, { baseline, adaptive, title, yLabel, value, upTo }: ChartOf): Chart {
  const curves = variants
    .filter((variant) => variant.adaptive === adaptive)
    .map((variant): Curve => ({
      label: `${variant.strategy}, ${variant.query}`,
      colour: (variant.query === "dynamic" ? paler : colours)[variant.strategy],
      dashed: dashes[variant.query],
      points: scales.filter((scale) => scale <= upTo).flatMap((scale) => {
        const tally = tallies.get(tallyKey(baseline, variant, scale));
        return tally ? [[scale, value(tally)] as const] : [];
      }),
    }));
  return { title, xLabel: "scale", yLabel, curves };
}

async function draw(tallies: Tallies, out: string): Promise<void> {
  const names = { alone: "n-gram alone", copying: "n-gram that copies" } as const;
  const perplexities = baselines.flatMap((baseline) =>
    [true, false].map((adaptive) => {
      const title = `${names[baseline]}, ${adaptive ? "adaptive" : "constant"} scale`;
      return chart(tallies, { baseline, adaptive, title, yLabel: "perplexity of the true code", value: perplexity, upTo: largestDrawn });
    }),
  );
  const shares = baselines.map((baseline) =>
    chart(tallies, { baseline, adaptive: true, title: `${names[baseline]}, adaptive scale`, yLabel: "names spelt right, %", value: nameShare, upTo: Math.max(...scales) }),
  );
  await writeFile(path.join(out, "guidance-perplexity.svg"), drawCharts(perplexities));
  await writeFile(path.join(out, "guidance-names.svg"), drawCharts(shares));
}

function optionsOf(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { functions: { type: "string", default: "40" }, bytes: { type: "string", default: "600000" }, out: { type: "string", default: "docs" } } });
  const repositories = positionals.map((text) => {
    const [name = "", directory = ""] = text.split("=");
    return { name, directory };
  });
  if (repositories.length === 0) throw new Error("Give repositories as NAME=GIT_DIRECTORY.");
  return { functions: Number(values.functions), bytes: Number(values.bytes), out: values.out, repositories };
}

const options = optionsOf(process.argv.slice(2));
const llama = new NativeLlama(() => undefined);
const tokenizer = await llama.vocabulary(await vocabularyFile("qwen2"));
const all: Tallies = new Map();
for (const { name, directory } of options.repositories) {
  const tallies = await studyRepository(await splitRepository(directory, name, options), tokenizer.vocabulary);
  print(name, tallies);
  addAll(all, tallies);
}
print("all", all);

await draw(all, options.out);
await tokenizer.dispose();
await llama.dispose();
