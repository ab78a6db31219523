// `node scripts/serverPlan.mjs`: the tables of docs/servers.md, which are a model on paper: how many people a GPU serves,
// and what a conversation takes of its memory. With --check it only tells whether the page shows them.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isMain, PlainError, runMain } from "./lib/progress.mjs";
import { root } from "./lib/project.mjs";

const begin = "<!-- plan:begin (made by `node scripts/serverPlan.mjs`) -->";
const end = "<!-- plan:end -->";

/**
 * @typedef {object} Model
 * @property {string} name
 * @property {number} parameters
 * @property {number} bytesPerWeight
 * @property {number} layers
 * @property {number} kvHeads heads that keys and values are kept for
 * @property {number} headSize
 */
/**
 * @typedef {object} Gpu as its data sheet has it
 * @property {string} name
 * @property {number} bytes of memory
 * @property {number} bandwidth bytes a second
 * @property {number} flops a second, 16 bits, dense
 */

/** @type {readonly Model[]} */
const models = [
  { name: "Qwen2.5-Coder 7B, 16 bits", parameters: 7.6e9, bytesPerWeight: 2, layers: 28, kvHeads: 4, headSize: 128 },
  { name: "Llama 3.1 8B, 16 bits", parameters: 8.0e9, bytesPerWeight: 2, layers: 32, kvHeads: 8, headSize: 128 },
  { name: "Qwen2.5-Coder 32B, 16 bits", parameters: 32.8e9, bytesPerWeight: 2, layers: 64, kvHeads: 8, headSize: 128 },
  { name: "Qwen2.5-Coder 32B, 4 bits", parameters: 32.8e9, bytesPerWeight: 0.56, layers: 64, kvHeads: 8, headSize: 128 },
];

/** @type {readonly Gpu[]} */
const gpus = [
  { name: "24 GB (GeForce RTX 4090)", bytes: 24e9, bandwidth: 1.008e12, flops: 165e12 },
  { name: "48 GB (L40S)", bytes: 48e9, bandwidth: 0.864e12, flops: 362e12 },
  { name: "80 GB (H100 SXM)", bytes: 80e9, bandwidth: 3.35e12, flops: 989e12 },
];

/** What is taken for granted; the page says so. */
export const assumed = {
  /** Tokens of a conversation with its code, and of them those that a question adds. */
  context: 6000,
  newTokens: 1500,
  answerTokens: 350,
  /** Share of the memory that the server may use, and what computing takes of that. */
  memoryShare: 0.9,
  computeBytes: 1.5e9,
  bytesPerNumber: 2,
  /** Shares of the data sheet's figures that are reached. */
  bandwidthShare: 0.6,
  flopsShare: 0.4,
  /** Tokens a second below which an answer is slower than it is read. */
  leastSpeed: 20,
  /** Most answers that a server writes at once. */
  mostAtOnce: 64,
  questionsPerHour: 12,
  /** Busy share at which nobody waits long. */
  load: 0.5,
};

/** Bytes of keys and values that a token takes. */
export function kvBytes(/** @type {Model} */ { layers, kvHeads, headSize }) {
  return 2 * layers * kvHeads * headSize * assumed.bytesPerNumber;
}

/** Conversations whose keys and values fit beside the weights. */
export function conversations(/** @type {Model} */ model, /** @type {Gpu} */ gpu) {
  const free = gpu.bytes * assumed.memoryShare - assumed.computeBytes - model.parameters * model.bytesPerWeight;
  return Math.max(0, Math.floor(free / (kvBytes(model) * assumed.context)));
}

/** Seconds of a step that adds a token to each of `count` answers: weights and their keys and values are read once, or it is bound by computing. */
export function stepSeconds(/** @type {Model} */ model, /** @type {Gpu} */ gpu, /** @type {number} */ count) {
  const read = (model.parameters * model.bytesPerWeight + count * kvBytes(model) * assumed.context) / (gpu.bandwidth * assumed.bandwidthShare);
  return Math.max(read, (count * 2 * model.parameters) / (gpu.flops * assumed.flopsShare));
}

/** Most answers at once that fit, and of which each is still as quick as it is read. */
export function atOnce(/** @type {Model} */ model, /** @type {Gpu} */ gpu) {
  const fitting = Math.min(conversations(model, gpu), assumed.mostAtOnce);
  for (let count = fitting; count > 0; count--) if (1 / stepSeconds(model, gpu, count) >= assumed.leastSpeed) return count;
  return 0;
}

/** What one GPU gives with a model; undefined: the model does not fit, or is too slow even alone. */
export function plan(/** @type {Model} */ model, /** @type {Gpu} */ gpu) {
  const count = atOnce(model, gpu);
  if (count === 0) return undefined;
  return {
    kept: conversations(model, gpu),
    atOnce: count,
    alone: 1 / stepSeconds(model, gpu, 1),
    together: 1 / stepSeconds(model, gpu, count),
    firstToken: readSeconds(model, gpu, assumed.newTokens),
    people: people(model, gpu, count),
  };
}

/** Seconds in which so many tokens of a prompt are read, which is bound by computing. */
export function readSeconds(/** @type {Model} */ model, /** @type {Gpu} */ gpu, /** @type {number} */ tokens) {
  return (tokens * 2 * model.parameters) / (gpu.flops * assumed.flopsShare);
}

/** Most people whose questions keep the GPU busy no longer than `load`. Those whose conversation was not kept have all of it read again. */
function people(/** @type {Model} */ model, /** @type {Gpu} */ gpu, /** @type {number} */ count) {
  const kept = conversations(model, gpu);
  const writing = (assumed.answerTokens * stepSeconds(model, gpu, count)) / count;
  const busy = (/** @type {number} */ some) => {
    const again = (1 - Math.min(1, kept / some)) * (assumed.context - assumed.newTokens);
    return ((some * assumed.questionsPerHour) / 3600) * (readSeconds(model, gpu, assumed.newTokens + again) + writing);
  };
  let some = 0;
  while (busy(some + 1) <= assumed.load) some++;
  return some;
}

export function tables() {
  const memory = models.map((model) => {
    const token = kvBytes(model);
    const cells = [model.name, `${((model.parameters * model.bytesPerWeight) / 1e9).toFixed(1)} GB`, `${Math.round(token / 1e3)} KB`, ...[4096, 8192, 32_768].map((tokens) => `${((token * tokens) / 1e9).toFixed(2)} GB`)];
    return row(cells);
  });
  const users = gpus.flatMap((gpu) => models.map((model) => row([gpu.name, model.name, ...figures(plan(model, gpu))])));
  return [
    [row(["Model", "weights", "KV of a token", "4,096 tokens", "8,192", "32,768"]), "|---|---:|---:|---:|---:|---:|", ...memory].join("\n"),
    [row(["GPU", "Model", "conversations kept", "answers at once", "tokens/s alone", "tokens/s each then", "1,500 tokens read in", "people"]), "|---|---|---:|---:|---:|---:|---:|---:|", ...users].join("\n"),
  ].join("\n\n");
}

function figures(/** @type {ReturnType<typeof plan>} */ found) {
  if (!found) return ["does not fit", "", "", "", "", ""];
  const { kept, atOnce: count, alone, together, firstToken, people } = found;
  return [kept, count, Math.round(alone), Math.round(together), `${firstToken.toFixed(2)} s`, people];
}

function row(/** @type {readonly (string | number)[]} */ cells) {
  return `| ${cells.map((cell) => (typeof cell === "number" ? cell.toLocaleString("en") : cell)).join(" | ")} |`;
}

async function main() {
  const file = path.join(root, "docs", "servers.md");
  const text = readFileSync(file, "utf8");
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new PlainError(`docs/servers.md lacks the markers ${begin} and ${end}.`);
  const current = `${text.slice(0, from)}${begin}\n\n${tables()}\n\n${text.slice(to)}`;
  if (text === current) return;
  if (process.argv.includes("--check")) throw new PlainError("docs/servers.md does not show the plan. This mends it: node scripts/serverPlan.mjs");
  writeFileSync(file, current);
}

if (isMain(import.meta.url)) await runMain(main);
