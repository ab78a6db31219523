// `node scripts/ember.mjs quiz [--model FOLDER/ember.gguf] [--sheets N] [--grounded] [--show]`: asks the model the
// questions of held-out sheets, led by nothing but itself, or kept to the prompt as the product keeps it (--grounded), and
// prints the share of answers that are right to the letter, by how they begin.
import path from "node:path";
import { parseArgs } from "node:util";
import { groundedGrammar } from "../../src/chat/groundedGrammar";
import { engineDefaults } from "../../src/engine/engineConfig";
import type { PromptTurn } from "../../src/engine/ports";
import { createEngine } from "../../src/engine/supervisor";
import { Chance } from "./chance";
import { readCorpus } from "./corpus";
import { nameWords } from "./disguise";
import { shape, systemPrompt } from "./model";
import { makeSheet, type Sheet } from "./sheets";
import { sources } from "./sources";

const { values } = parseArgs({ options: { model: { type: "string", default: ".cache/ember/ember.gguf" }, sheets: { type: "string", default: "30" }, seed: { type: "string", default: "7" }, grounded: { type: "boolean", default: false }, show: { type: "boolean", default: false } } });
const log = { write: (level: string, message: string) => (level === "error" ? console.error(message) : undefined) };
// By its id, so that the catalog's word counts, as it does for the one that comes with Hearth.
const config = { ...engineDefaults, model: "ember", modelDirectories: [path.resolve(path.dirname(values.model))], contextSize: shape.contextLength, threads: 1, gpuLayers: 0, sequences: 1 };
const engine = createEngine({ entry: "dist/engine.mjs", config, log });
const right = new Map<string, { right: number; of: number }>();

/** The answer to one exchange of a sheet, with those before it as they should be. */
async function ask(sheet: Sheet, index: number): Promise<string> {
  const sampling = { sampler: "greedy", temperature: 0, topK: 40, topP: 1, minP: 0, repeatPenalty: 1 } as const;
  let text = "";
  const turns = turnsTo(sheet, index);
  const request = { conversation: "quiz", system: systemPrompt, turns, sampling, maxTokens: 160, ...(values.grounded && { grammar: groundedGrammar(turns) }) };
  for await (const event of engine.generate(request, new AbortController().signal)) if (event.type === "text") text += event.text;
  await engine.forget("quiz");
  return text;
}

function turnsTo({ code, exchanges }: Sheet, index: number): PromptTurn[] {
  const exchange = exchanges[index];
  if (!exchange) return [];
  if (exchange.after === undefined) return [{ id: String(index), user: exchange.user, ...(code !== "" && { context: code }) }];
  const before = turnsTo({ code, exchanges }, exchange.after).map((turn, i, all) => (i < all.length - 1 ? turn : { ...turn, answer: { text: exchanges[exchange.after ?? 0]?.answer ?? "" } }));
  return [...before, { id: String(index), user: exchange.user }];
}

function kindOf(answer: string): string {
  return answer.replace(/`[^`]*`/g, "`").split(" ").slice(0, 3).join(" ");
}

const corpus = await readCorpus(sources(process.cwd()), "node_modules/@vscode/tree-sitter-wasm/wasm", { write: () => undefined });
const held = new Set(sources(process.cwd()).flatMap(({ origin, use }) => (use === "test" ? [origin] : [])));
const chunks = corpus.filter(({ origin }) => held.has(origin));
const chance = new Chance(Number(values.seed));
for (let i = 0; i < Number(values.sheets); i++) {
  const sheet = makeSheet({ chunks, words: nameWords(chunks), chance, codeLength: chance.pick([700, 1400, 1900]), exchanges: 6 });
  for (const [index, { user, answer }] of sheet.exchanges.entries()) {
    const said = await ask(sheet, index);
    const tally = right.get(kindOf(answer)) ?? { right: 0, of: 0 };
    right.set(kindOf(answer), { right: tally.right + (said === answer ? 1 : 0), of: tally.of + 1 });
    if (values.show && said !== answer) console.log(`Q: ${user}\nA: ${said}\n=  ${answer}\n`);
  }
}
await engine.dispose();
const rows = [...right].sort(([, a], [, b]) => b.of - a.of);
for (const [kind, { right: count, of }] of rows) console.log(`${kind.padEnd(34)} ${count} of ${of}`);
console.log(`all: ${rows.reduce((sum, [, one]) => sum + one.right, 0)} of ${rows.reduce((sum, [, one]) => sum + one.of, 0)}`);
