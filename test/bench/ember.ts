/**
 * `npm run bench:ember -- [--model FOLDER/ember.gguf] [--functions 40] [--show] [--wrong]`: asks Ember about functions of packages that it was
 * not trained on, through the whole product: index, search, packing, prompt, greedy answer. Prints the share of right
 * answers of each kind. Names that a package defines more than once are left out, since nobody can tell which is meant.
 */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Assistant, createAssistant } from "../../src/assistant";
import type { Log } from "../../src/common/log";
import { rangeLabel } from "../../src/chat/rangeLabel";
import { memoryStore } from "../../src/chat/memoryStore";
import type { ChatSettings, Turn } from "../../src/chat/types";
import { engineDefaults } from "../../src/engine/engineConfig";
import { createEngine } from "../../src/engine/supervisor";
import { createIndex } from "../../src/rag/indexClient";
import { Chance } from "../../tools/ember/chance";
import { readCorpus, type SourceChunk } from "../../tools/ember/corpus";
import { madeName, nameWords } from "../../tools/ember/disguise";
import type { FunctionFacts } from "../../tools/ember/functionFacts";
import { systemPrompt } from "../../tools/ember/model";
import { question } from "../../tools/ember/questions";
import { sources } from "../../tools/ember/sources";

const { values } = parseArgs({
  options: { model: { type: "string", default: "models/ember.gguf" }, functions: { type: "string", default: "40" }, threads: { type: "string", default: "1" }, show: { type: "boolean", default: false }, wrong: { type: "boolean", default: false } },
});

type Kind = "right file" | "right lines" | "parameters" | "comment" | "not there, said so" | "there, not seen";

const log: Log = { write: (level, message) => (level === "error" || level === "warn" ? console.error(message) : undefined) };
const settings: ChatSettings = { sampling: { sampler: "greedy" }, maxTokens: 160, systemPrompt, useContext: true, contextFull: "dropOldest" };
const targets: Readonly<Record<Kind, string>> = {
  "right file": ">= 95 %",
  "right lines": ">= 90 %",
  parameters: ">= 90 %",
  comment: ">= 85 %",
  "not there, said so": ">= 90 %",
  "there, not seen": "<= 3 %",
};
const tally = Object.fromEntries(Object.keys(targets).map((kind) => [kind, { right: 0, of: 0 }])) as Record<Kind, { right: number; of: number }>;

async function main(): Promise<void> {
  const tested = sources(process.cwd()).filter(({ use }) => use === "test");
  for (const source of tested) await score(source.folder, source.origin, path.resolve(values.model));
  for (const [kind, { right, of }] of Object.entries(tally)) {
    console.log(`${kind.padEnd(22)} ${((100 * right) / Math.max(1, of)).toFixed(1).padStart(6)} %  (${right} of ${of})  target ${targets[kind as Kind]}`);
  }
}

async function score(folder: string, origin: string, model: string): Promise<void> {
  const scratch = mkdtempSync(path.join(os.tmpdir(), "hearth-ember-"));
  const workspace = path.join(scratch, "workspace");
  cpSync(folder, workspace, { recursive: true, filter: (file) => !file.slice(folder.length).includes("node_modules") });
  const assistant = open(workspace, scratch, model);
  try {
    await indexed(assistant);
    const chunks = await readCorpus([{ origin, folder: workspace }], "node_modules/@vscode/tree-sitter-wasm/wasm", log);
    await askAbout(assistant, chunks, new Chance(17));
  } finally {
    await assistant.dispose();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** With the syntax of all files, which comes after the first, coarse chunks. */
async function indexed({ index }: Assistant): Promise<void> {
  await index?.update();
  const isWhole = () => index?.status.kind !== "ready" || index.status.summary.coarse === undefined;
  while (!isWhole()) await sleep(100);
}

function open(workspace: string, scratch: string, model: string): Assistant {
  // By its id, so that the catalog's word counts, as it does for the one that comes with Hearth.
  const config = { ...engineDefaults, model: "ember", modelDirectories: [path.dirname(model)], contextSize: 1024, threads: Number(values.threads), gpuLayers: 0, sequences: 1 };
  const engine = createEngine({ entry: path.resolve("dist/engine.mjs"), config, log });
  const roots = [{ path: workspace, name: path.basename(workspace) }];
  const index = createIndex({ entry: path.resolve("dist/index.mjs"), config: { roots, storage: path.join(scratch, "index"), exclude: [] }, embeddings: engine, log });
  return createAssistant({ engine, index, store: memoryStore(), settings: () => settings, log });
}

async function askAbout(assistant: Assistant, chunks: readonly SourceChunk[], chance: Chance): Promise<void> {
  const names = chunks.flatMap(({ functions }) => functions.map(({ name }) => name));
  const once = chunks.flatMap((chunk) => chunk.functions.filter(({ name }) => names.filter((other) => other === name).length === 1).map((facts) => ({ chunk, facts })));
  const words = nameWords(chunks);
  const text = chunks.flatMap(({ lines }) => lines).join("\n");
  let asked = 0;
  for (const { chunk, facts } of chance.shuffled(once)) {
    if (asked >= Number(values.functions)) break;
    if (!(await isDefinedOnce(assistant, facts.name))) continue;
    asked++;
    checkPlace(await ask(assistant, question("where", facts.name, chance)), chunk, facts);
    checkParameters(await ask(assistant, question("parameters", facts.name, chance)), facts);
    if (facts.doc !== undefined) checkComment(await ask(assistant, question("explain", facts.name, chance)), facts.doc);
    const unknown = madeName(words, "camel", chance);
    // What stands somewhere, be it as a variable, is not made up.
    if (!text.includes(unknown)) checkUnknown(await ask(assistant, question("where", unknown, chance)), unknown);
  }
}

/** By the index, which also knows definitions that no question is made of: of classes, types, and in declaration files. */
async function isDefinedOnce({ index }: Assistant, name: string): Promise<boolean> {
  const hits = (await index?.symbols({ text: name, limit: 20 })) ?? [];
  return hits.filter((hit) => hit.name === name).length === 1;
}

async function ask(assistant: Assistant, text: string): Promise<Turn> {
  const session = assistant.sessions.create();
  for await (const event of session.ask({ text, attachments: [] }, new AbortController().signal)) {
    if (event.type !== "finished") continue;
    await assistant.sessions.close(session.conversation.id);
    if (event.turn.status.kind === "failed") throw new Error(event.turn.status.error.message);
    if (values.show) console.log(`Q: ${text}\nA: ${event.turn.answerText}\n`);
    return event.turn;
  }
  throw new Error("The answer had no end.");
}

/** Lines are right when they are those of the cited code that the definition stands in. */
function checkPlace({ question, answerText, citations }: Turn, { path: file, startLine, lines }: SourceChunk, { name }: FunctionFacts): void {
  const definedAt = startLine + lines.findIndex((line) => line.includes(name));
  const cited = citations.find((range) => range.path.endsWith(file) && range.startLine <= definedAt && definedAt <= range.endLine);
  const isRight = cited !== undefined && answerText.includes(`\`${rangeLabel(cited)}\``);
  count("right file", answerText.includes(`\`${cited?.path ?? file}:`));
  count("right lines", isRight);
  if (!isRight) tellWrong(question.text, answerText, cited ? rangeLabel(cited) : `${file}:${definedAt} is not in the prompt: ${citations.map(rangeLabel).join(", ")}`);
  count("there, not seen", answerText.startsWith("I do not see"));
}

function checkParameters({ question, answerText }: Turn, { name, parameters }: FunctionFacts): void {
  const said = /takes (.*?)\. It is/.exec(answerText)?.[1] ?? "";
  const listed = said === "no parameters" ? [] : [...said.matchAll(/`([^`]+)`/g)].map(([, one]) => one);
  const wanted = parameters.slice(0, 5);
  const isRight = answerText.startsWith(`\`${name}\` takes `) && said !== "" && listed.join() === wanted.join();
  count("parameters", isRight);
  if (!isRight) tellWrong(question.text, answerText, parameters.join());
}

function checkComment({ question, answerText }: Turn, doc: string): void {
  count("comment", answerText.includes(doc));
  if (!answerText.includes(doc)) tellWrong(question.text, answerText, doc);
}

function checkUnknown({ answerText }: Turn, name: string): void {
  count("not there, said so", answerText.startsWith(`I do not see \`${name}\``));
}

function tellWrong(question: string, answer: string, wanted: string): void {
  if (values.wrong) console.log(`Q: ${question}\nA: ${answer}\n=  ${wanted}\n`);
}

function count(kind: Kind, isRight: boolean): void {
  tally[kind].of++;
  if (isRight) tally[kind].right++;
}

await main();
