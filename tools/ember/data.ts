// `node scripts/ember.mjs data [--sheets N] [--seed S] [--merges FILE]`: functions of the installed packages become questions
// and answers, as tokens, in .cache/ember: train.bin, test.bin, tokenizer.gguf and data.json. A model that is trained on
// other sheets has to keep its vocabulary: --merges takes the merges.json of the first ones.
import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { phi3Format } from "../../src/engine/formats/phi3";
import { NativeLlama } from "../../src/engine/llama";
import type { Vocabulary } from "../../src/engine/runtime";
import { learnMerges, type Merge } from "./bytePairs";
import { Chance } from "./chance";
import { readCorpus, type SourceChunk } from "./corpus";
import { nameWords } from "./disguise";
import { mergeCount, writeEmber } from "./emberFile";
import { shape } from "./model";
import { makeSheet, type Sheet } from "./sheets";
import { type SheetTokens, sheetTokens } from "./sheetTokens";
import { sources } from "./sources";

const { values } = parseArgs({ options: { sheets: { type: "string", default: "60000" }, seed: { type: "string", default: "1" }, merges: { type: "string" }, out: { type: "string", default: ".cache/ember" }, show: { type: "boolean", default: false } } });
const out = path.resolve(values.out);
/** Characters of code in a sheet; most are short, since what is learnt on short ones carries over. */
const codeLengths = [450, 700, 1000, 1400, 1900];

mkdirSync(out, { recursive: true });
const all = sources(process.cwd());
const corpus = await readCorpus(all, "node_modules/@vscode/tree-sitter-wasm/wasm", { write: (level, message) => level !== "debug" && console.error(message) });
const use = new Map(all.map((source) => [source.origin, source.use]));
const train = corpus.filter(({ origin }) => use.get(origin) === "train");
const test = corpus.filter(({ origin }) => use.get(origin) === "test");
console.log(`${train.length} chunks with ${count(train)} functions to train on, ${test.length} with ${count(test)} to test on.`);

const words = nameWords(train);
const merges = values.merges === undefined ? learnMerges(textsOf(sheets(train, 6000, Number(values.seed) + 1)), mergeCount) : (JSON.parse(readFileSync(values.merges, "utf8")) as readonly Merge[]);
const tokenizerFile = path.join(out, "tokenizer.gguf");
await writeEmber(tokenizerFile, merges, []);
writeFileSync(path.join(out, "merges.json"), JSON.stringify(merges));

const llama = new NativeLlama((level, message) => level === "error" && console.error(message));
const tokenizer = await llama.vocabulary(tokenizerFile);
if (values.show) show(tokenizer.vocabulary);
const sizes = { train: write("train.bin", sheets(train, Number(values.sheets), Number(values.seed) + 2), tokenizer.vocabulary), test: write("test.bin", sheets(test, 400, Number(values.seed) + 3), tokenizer.vocabulary) };
await tokenizer.dispose();
await llama.dispose();
const licences = Object.fromEntries(all.filter(({ origin }) => corpus.some((chunk) => chunk.origin === origin)).map(({ origin, licence, use: purpose }) => [origin, { licence, use: purpose }]));
writeFileSync(path.join(out, "data.json"), JSON.stringify({ shape, seed: Number(values.seed), sizes, licences }, undefined, 1));
console.log(sizes);

function count(chunks: readonly SourceChunk[]): number {
  return chunks.reduce((sum, { functions }) => sum + functions.length, 0);
}

function* sheets(chunks: readonly SourceChunk[], number: number, seed: number): Generator<Sheet> {
  const chance = new Chance(seed * 7919);
  for (let i = 0; i < number; i++) yield makeSheet({ chunks, words, chance, codeLength: chance.pick(codeLengths), exchanges: 6 + chance.below(5) });
}

function* textsOf(all: Iterable<Sheet>): Generator<string> {
  for (const { code, exchanges } of all) {
    yield code;
    for (const { user, answer } of exchanges) yield* [user, answer];
  }
}

function write(name: string, all: Iterable<Sheet>, vocabulary: Vocabulary) {
  const file = openSync(path.join(out, name), "w");
  const hash = createHash("sha256");
  const format = phi3Format(vocabulary);
  const sum = { sheets: 0, tokens: 0, learnt: 0, tooLong: 0 };
  for (const sheet of all) {
    const tokens = sheetTokens(sheet, vocabulary, format);
    if (tokens.positions.some((position) => position >= shape.contextLength)) {
      sum.tooLong++;
      continue;
    }
    const bytes = encoded(tokens);
    hash.update(bytes);
    writeSync(file, bytes);
    sum.sheets++;
    sum.tokens += tokens.ids.length;
    sum.learnt += tokens.learnt.reduce((a, b) => a + b, 0);
  }
  closeSync(file);
  return { ...sum, sha256: hash.digest("hex") };
}

/** 16-bit little-endian numbers: tokens, groups, then ids, positions, groups, learnt of each token, and each group's parent. */
function encoded({ ids, positions, groups, learnt, parents }: SheetTokens): Buffer {
  return Buffer.from(new Uint16Array([ids.length, parents.length, ...ids, ...positions, ...groups, ...learnt, ...parents]).buffer);
}

function show(vocabulary: Vocabulary): void {
  for (const sheet of sheets(train, 3, 99)) {
    console.log(sheet.code);
    for (const { user, answer, after } of sheet.exchanges) console.log(`\n${after === undefined ? "" : `(after ${after}) `}Q: ${user}\nA: ${answer}`);
    const { ids } = sheetTokens(sheet, vocabulary, phi3Format(vocabulary));
    console.log(ids.length, "tokens;", ids.slice(0, 300).map((id) => vocabulary.pieceOf(id)).join("|"));
  }
}
