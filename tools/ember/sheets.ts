import type { CodePassage } from "../../src/chat/codePassage";
import { codeContext, userMessage } from "../../src/chat/userMessage";
import { answers, type PlacedFunction } from "./answers";
import type { Chance } from "./chance";
import type { SourceChunk } from "./corpus";
import { disguised, madeName } from "./disguise";
import { followUp, type FollowUpKind, otherQuestion, question, selectionQuestion } from "./questions";

/** One prompt with several questions, none of which sees another, but for those that follow one up. */
export interface Sheet {
  /** Retrieved code; empty: none. */
  readonly code: string;
  readonly exchanges: readonly Exchange[];
}

export interface Exchange {
  /** The user message. */
  readonly user: string;
  readonly answer: string;
  /** Number of the exchange that stands before it; undefined: the first of its conversation. */
  readonly after?: number;
}

export interface SheetParts {
  readonly chunks: readonly SourceChunk[];
  readonly words: readonly string[];
  readonly chance: Chance;
  /** Most characters of code. */
  readonly codeLength: number;
  /** Most exchanges. */
  readonly exchanges: number;
}

interface Passage {
  readonly passage: CodePassage;
  readonly functions: readonly PlacedFunction[];
}

/** Most are about code that was retrieved; some about code that was selected, some have none. */
export function makeSheet(parts: SheetParts): Sheet {
  const { chance } = parts;
  if (chance.is(0.05)) return { code: "", exchanges: Array.from({ length: 4 }, () => withoutCode(parts)) };
  if (chance.is(0.12)) return selectionSheet(parts);
  const passages = takePassages(parts);
  return { code: codeContext(passages.map(({ passage }) => passage)), exchanges: conversations(passages, parts) };
}

function takePassages({ chunks, words, chance, codeLength }: SheetParts): readonly Passage[] {
  const wanted = chance.pick([1, 2, 2, 3, 3, 4, 5]);
  const taken: Passage[] = [];
  let length = 0;
  // A budget that no chunk fits is given up for another one.
  for (let tries = 0; taken.length < wanted && (tries < 12 || taken.length === 0); tries++) {
    const chunk = disguised(chance.pick(chunks), words, chance);
    const next = placed(chunk, taken.length);
    const size = next.passage.text.length + 40;
    // A name that two of them define would have two right answers.
    if (length + size > codeLength || clashes(next, taken)) continue;
    length += size;
    taken.push(next);
  }
  return taken;
}

function placed(chunk: SourceChunk, rank: number): Passage {
  const { path, startLine, lines, language, functions } = chunk;
  const range = { path, startLine, endLine: startLine + lines.length - 1 };
  return { passage: { ...range, text: lines.join("\n"), language, rank }, functions: unique(functions).map((facts) => ({ ...facts, ...range })) };
}

/** Of overloads and their like the first: nobody can tell which is meant. */
function unique<T extends { readonly name: string }>(functions: readonly T[]): readonly T[] {
  return functions.filter(({ name }, i) => functions.findIndex((other) => other.name === name) === i);
}

function clashes({ functions, passage }: Passage, taken: readonly Passage[]): boolean {
  return taken.some((other) => other.passage.path === passage.path || other.functions.some(({ name }) => functions.some((one) => one.name === name)));
}

function conversations(passages: readonly Passage[], parts: SheetParts): readonly Exchange[] {
  const { chance } = parts;
  const all = passages.flatMap(({ functions }) => functions);
  const exchanges: Exchange[] = [];
  while (exchanges.length < parts.exchanges) {
    const first = exchange(all, passages, parts);
    exchanges.push(first.exchange);
    let after = exchanges.length - 1;
    for (let about = first.about; about && exchanges.length < parts.exchanges && chance.is(0.25); ) {
      exchanges.push({ ...follow(about, all, chance), after });
      after = exchanges.length - 1;
    }
  }
  return exchanges;
}

/** `about`: the function that a next question may call "it". */
function exchange(all: readonly PlacedFunction[], passages: readonly Passage[], parts: SheetParts): { exchange: Exchange; about?: PlacedFunction } {
  const { chance, words } = parts;
  const dice = chance.below(100);
  if (dice < 13) return { exchange: unknownName(all, parts) };
  if (dice < 16) return { exchange: { user: otherQuestion(chance), answer: answers.other() } };
  if (dice < 21) {
    const { passage, functions } = chance.pick(passages);
    return { exchange: { user: question("list", passage.path, chance), answer: answers.list(passage.path, functions.map(({ name }) => name)) } };
  }
  if (dice < 27) return { exchange: callersOf(all, words, chance) };
  const about = chance.pick(all);
  if (dice < 31 && about.doc !== undefined) return { exchange: { user: described(about.doc, chance), answer: answers.guess(about) }, about };
  const kind = chance.pick(["where", "where", "where", "where", "parameters", "parameters", "explain", "explain", "explain", "calls", "returns"] as const);
  return { exchange: { user: question(kind, about.name, chance), answer: answers[kind](about) }, about };
}

function follow(about: PlacedFunction, all: readonly PlacedFunction[], chance: Chance): Exchange {
  const kind: FollowUpKind = chance.pick(["where", "parameters", "parameters", "calls", "explain", "returns", "callers"] as const);
  const answer = kind === "callers" ? answers.callers(about.name, callers(about.name, all)) : answers[kind](about);
  return { user: followUp(kind, chance), answer };
}

function callers(name: string, all: readonly PlacedFunction[]): readonly PlacedFunction[] {
  return all.filter((f) => f.calls.includes(name)).slice(0, 3);
}

function callersOf(all: readonly PlacedFunction[], words: readonly string[], chance: Chance): Exchange {
  const called = all.flatMap((f) => f.calls);
  const name = called.length > 0 && chance.is(0.75) ? chance.pick(called) : chance.is(0.5) ? chance.pick(all).name : madeName(words, "camel", chance);
  return { user: question("callers", name, chance), answer: answers.callers(name, callers(name, all)) };
}

/** A name that nothing in front of it defines, though it may be called there, or be much like one that is defined. */
function unknownName(all: readonly PlacedFunction[], { chance, words }: SheetParts): Exchange {
  const name = missingName(all, words, chance);
  if (all.some((f) => f.name === name)) return { user: otherQuestion(chance), answer: answers.other() };
  const kind = chance.pick(["where", "where", "where", "parameters", "explain", "explain", "calls", "returns"] as const);
  return { user: question(kind, name, chance), answer: answers.unknown(name) };
}

function missingName(all: readonly PlacedFunction[], words: readonly string[], chance: Chance): string {
  const dice = chance.below(4);
  if (dice === 0) {
    const called = all.flatMap(({ calls }) => calls).filter((name) => all.every((f) => f.name !== name));
    if (called.length > 0) return chance.pick(called);
  }
  if (dice === 1 && all.length > 0) {
    const near = chance.pick(all).name.split(/(?<=[a-z0-9_])(?=[A-Z])|(?<=_)/);
    near[chance.below(near.length)] = near.length === 1 ? madeName(words, "camel", chance) : chance.pick(words);
    return near.join("").replace(/[^\w$]/g, "");
  }
  return madeName(words, chance.is(0.6) ? "camel" : "snake", chance);
}

/** A question by what the comment says, without the name. */
function described(doc: string, chance: Chance): string {
  const text = doc.replace(/\.$/, "");
  const lower = text.slice(0, 1).toLowerCase() + text.slice(1);
  return chance.pick([`What ${lower}?`, `Which function ${lower}?`, `Where is the code that ${lower}?`, `Which code ${lower}?`]);
}

function selectionSheet(parts: SheetParts): Sheet {
  const { chance } = parts;
  const passages = takePassages({ ...parts, codeLength: parts.codeLength * 0.5 });
  const used = new Set(passages.flatMap(({ functions }) => functions.map(({ name }) => name)));
  const chunk = disguised(chance.pick(parts.chunks), parts.words, chance);
  const { passage, functions } = placed(chunk, 0);
  const [about] = functions;
  if (!about || used.has(about.name)) return makeSheet(parts);
  const exchanges: Exchange[] = [{ user: userMessage({ text: selectionQuestion(chance), attachments: [passage] }), answer: answers.selection(about) }];
  for (let more = chance.below(3); more > 0; more--) exchanges.push({ ...follow(about, [about], chance), after: exchanges.length - 1 });
  const code = chance.is(0.5) ? codeContext(passages.map((one) => one.passage)) : "";
  return { code, exchanges };
}

function withoutCode({ chance, words }: SheetParts): Exchange {
  if (chance.is(0.3)) return { user: otherQuestion(chance), answer: answers.other() };
  const name = madeName(words, chance.is(0.7) ? "camel" : "snake", chance);
  const kind = chance.pick(["where", "where", "parameters", "explain", "calls", "returns"] as const);
  return { user: question(kind, name, chance), answer: answers.unknown(name) };
}
