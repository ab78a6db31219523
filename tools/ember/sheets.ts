import type { CodePassage } from "../../src/chat/codePassage";
import { codeContext, userMessage } from "../../src/chat/userMessage";
import { answers, type PlacedFunction } from "./answers";
import type { Chance } from "./chance";
import type { SourceChunk } from "./corpus";
import { type Disguise, disguised, madeName, nameWords, newDisguise } from "./disguise";
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
  // Where there is one function only, there is nothing to choose from, and choosing is what is hard.
  if (passages.flatMap(({ functions }) => functions).length < 2 && chance.is(0.8)) return makeSheet(parts);
  return { code: codeContext(passages.map(({ passage }) => passage)), exchanges: conversations(passages, parts) };
}

/** Passages of one prompt: half of the time neighbours in a package, as found code is, else from anywhere. */
function takePassages({ chunks, words, chance, codeLength }: SheetParts): readonly Passage[] {
  const wanted = chance.pick([1, 2, 3, 3, 4, 5, 6]);
  const disguise = newDisguise(words, chance);
  const areNear = chance.is(0.5);
  const taken: Passage[] = [];
  let first = -1;
  let length = 0;
  // A budget that no chunk fits is given up for another one.
  for (let tries = 0; taken.length < wanted && (tries < 16 || taken.length === 0); tries++) {
    const at = first >= 0 && areNear ? first + chance.below(25) - 12 : chance.below(chunks.length);
    const chunk = chunks[at];
    if (!chunk || (taken.length === 0 && chunk.functions.length === 0)) continue;
    if (first >= 0 && !areNear && chance.is(0.4)) callTaken(chunk, taken, disguise);
    const next = placed(disguised(chunk, disguise), taken.length);
    const size = next.passage.text.length + 40;
    if (length + size > codeLength || next.passage.startLine < 1 || clashes(next, taken)) continue;
    length += size;
    if (first < 0) first = at;
    taken.push(next);
  }
  return chance.shuffled(taken);
}

/** Makes the chunk call a function of another passage, so that a name in front of the model is not always a definition. */
function callTaken({ functions }: SourceChunk, taken: readonly Passage[], { names, chance }: Disguise): void {
  const own = functions.flatMap(({ name, parameters }) => [name, ...parameters]);
  const calls = functions.flatMap(({ calls }) => calls).filter((name) => !own.includes(name) && !names.has(name));
  const targets = taken.flatMap(({ functions: defined }) => defined);
  if (calls.length > 0 && targets.length > 0) names.set(chance.pick(calls), chance.pick(targets).name);
}

function placed(chunk: SourceChunk, rank: number): Passage {
  const { path, startLine, lines, language, functions, inside } = chunk;
  const range = { path, startLine, endLine: startLine + lines.length - 1 };
  return { passage: { ...range, text: lines.join("\n"), language, rank, ...(inside !== undefined && { inside }) }, functions: unique(functions).map((facts) => ({ ...facts, ...range })) };
}

/** Of overloads and their like the first: nobody can tell which is meant. */
function unique<T extends { readonly name: string }>(functions: readonly T[]): readonly T[] {
  return functions.filter(({ name }, i) => functions.findIndex((other) => other.name === name) === i);
}

/** A name that two of them define would have two right answers; passages that touch would be one in a prompt. */
function clashes({ functions, passage }: Passage, taken: readonly Passage[]): boolean {
  return taken.some(
    (other) =>
      (other.passage.path === passage.path && other.passage.startLine <= passage.endLine + 1 && passage.startLine <= other.passage.endLine + 1) ||
      functions.some(({ name }) => defines(other.passage.text, name)) ||
      other.functions.some(({ name }) => defines(passage.text, name)),
  );
}

/** Whether code defines the name in any way: as a function, a class, a variable. */
function defines(code: string, name: string): boolean {
  const escaped = name.replace(/\$/g, "\\$");
  return new RegExp(`(?:class|interface|type|enum|namespace|function\\*?|def|const|let|var)\\s+${escaped}(?![\\w$])|(?<![\\w$.])${escaped}\\s*(?:=[^=]|:\\s*(?:async\\s*)?(?:function|\\())|^\\s*(?:[a-z*]+\\s+)*${escaped}\\s*(?:<[^()]*>)?\\([^;]*\\{$`, "m").test(code);
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
  if (dice < 16) return { exchange: unknownName(all, passages, parts) };
  if (dice < 18) return { exchange: { user: otherQuestion(chance), answer: answers.other() } };
  if (dice < 22) {
    const { path } = chance.pick(all);
    return { exchange: { user: question("list", path, chance), answer: answers.list(path, all.filter((f) => f.path === path).map(({ name }) => name)) } };
  }
  const code = passages.map(({ passage }) => passage.text).join("\n");
  const callers = dice < 27 ? callersOf(all, code, words, chance) : undefined;
  if (callers) return { exchange: callers };
  const about = chance.pick(all);
  if (dice < 31 && about.doc !== undefined) return { exchange: { user: described(about.doc, chance), answer: answers.guess(about) }, about };
  const kind = chance.pick(["where", "where", "where", "where", "parameters", "parameters", "parameters", "explain", "explain", "explain", "calls", "returns"] as const);
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

/** Undefined where code that was not looked into calls the name, too. */
function callersOf(all: readonly PlacedFunction[], code: string, words: readonly string[], chance: Chance): Exchange | undefined {
  const called = all.flatMap((f) => f.calls);
  const name = called.length > 0 && chance.is(0.75) ? chance.pick(called) : chance.is(0.5) ? chance.pick(all).name : madeName(words, "camel", chance);
  const found = callers(name, all);
  const mentions = code.match(new RegExp(`(?<![\\w$])${name.replace(/\$/g, "\\$")}\\s*\\(`, "g")) ?? [];
  if (found.length === 0 && mentions.length > (all.some((f) => f.name === name) ? 1 : 0)) return undefined;
  return { user: question("callers", name, chance), answer: answers.callers(name, found) };
}

/** A name that nothing in front of it defines, though it may be called there, or be much like one that is defined. */
function unknownName(all: readonly PlacedFunction[], passages: readonly Passage[], { chance, words }: SheetParts): Exchange {
  const name = missingName(all, words, chance);
  if (all.some((f) => f.name === name) || passages.some(({ passage }) => defines(passage.text, name))) return { user: otherQuestion(chance), answer: answers.other() };
  const kind = chance.pick(["where", "where", "where", "parameters", "explain", "explain", "calls", "returns"] as const);
  return { user: question(kind, name, chance), answer: answers.unknown(name) };
}

function missingName(all: readonly PlacedFunction[], words: readonly string[], chance: Chance): string {
  const dice = chance.pick(["called", "near", "near", "likely", "likely", "made"] as const);
  if (dice === "called") {
    const called = all.flatMap(({ calls }) => calls).filter((name) => all.every((f) => f.name !== name));
    if (called.length > 0) return chance.pick(called);
  }
  if (dice === "near" && all.length > 0) {
    const near = chance.pick(all).name.split(/(?<=[a-z0-9_])(?=[A-Z])|(?<=_)/);
    near[chance.below(near.length)] = near.length === 1 ? madeName(words, "camel", chance) : chance.pick(words);
    return near.join("").replace(/[^\w$]/g, "");
  }
  // One that the same people might have written.
  const own = dice === "likely" ? nameWords([{ functions: all }]) : [];
  return madeName(own.length > 3 ? own : words, chance.is(0.6) ? "camel" : "snake", chance);
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
  const { passage, functions } = placed(disguised(chance.pick(parts.chunks), newDisguise(parts.words, chance)), 0);
  const [about] = functions;
  if (!about || used.has(about.name) || passage.startLine < 1) return makeSheet(parts);
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
