import type { PromptTurn } from "../engine/ports";
import { type DefinitionFacts, definitionFacts, factsAsIfDefined } from "./definitionFacts";
import { type HeldCode, heldBlocks } from "./heldCode";
import { rangeLabel } from "./rangeLabel";

// What a model that only answers may say, as a GBNF grammar: the few forms that it has learnt, with names, places and
// comments that stand in the prompt, each where it can stand. So it may choose wrongly, but it makes nothing up: a place
// is named with what is defined there, parameters are those of the definition's head, its comment is quoted where it has
// one, and what is defined before the model's eyes it cannot say it does not see. tools/ember/answers.ts has the forms.

type Turns = readonly Pick<PromptTurn, "context" | "user" | "answer">[];

/** Names that a list shows; where there are more it ends with "others". */
const mostNames = 5;
/** Names that a list is made of at most, so that the grammar stays small. */
const mostKnown = 24;
const identifier = /[A-Za-z_$][\w$]{2,}/g;
const wholeName = /^[A-Za-z_$][\w$]+$/;
/** `name`, "name", name(). */
const marks = /`([^`]+)`|"([^"\n]+)"|([A-Za-z_$][\w$]*)\(\)/g;
/** camelCase, snake_case, names with a digit. */
const written = /[a-z\d][A-Z]|\w_\w|[A-Za-z]\d|\$/;
const usual = new Set(
  "the and what where which who how does did can could you show tell list find locate give get explain describe help understand summarise summarize please about file files function functions method class defined declared implemented definition located live lives use uses used call calls called caller callers take takes return returns type types parameter parameters argument arguments signature input inputs work works code line lines contain contains has have for from that this its mean".split(" "),
);

/** @param turns what is asked, last, and the questions before it that the model sees */
export function groundedGrammar(turns: Turns): string {
  const blocks = turns.flatMap(({ context = "", user }) => [...heldBlocks(context), ...heldBlocks(user)]);
  const asked = askedNames(turns);
  const found = blocks.map(({ text }) => definitionFacts(text));
  const defined = new Set(found.flat().map(({ name }) => name));
  const missing = asked.filter((name) => !defined.has(name));
  const passages = blocks.map((block, i) => passageRules(block, i, found[i] ?? [], missing));
  const asksForCalls = asked.length > 0 && /\b(?:call|use)/i.test(turns.at(-1)?.user ?? "");
  const forms = [...blocks.map((_, i) => `answer${i} | list${i}`), ...(missing.length > 0 ? ["unseen"] : []), ...(asksForCalls ? ["uncalled"] : []), "other"];
  return [
    `root ::= ${[...forms, ...(blocks.length > 0 && asksForCalls ? ["callers"] : [])].join(" | ")}`,
    `given ::= " in the code I was given."`,
    `other ::= "I am Ember, a very small model. I can tell where something is defined, what it takes and what it calls, from the code I was given."`,
    ...(missing.length > 0 ? [`unseen ::= "I do not see \`" (${alternatives(missing)}) "\`" given`] : []),
    ...(asksForCalls ? [`asked ::= ${alternatives(asked)}`, `uncalled ::= "I see no call of \`" asked "\`" given`] : []),
    ...passages.flat(),
    ...(blocks.length > 0 && asksForCalls ? callerRules(blocks) : []),
  ].join("\n");
}

/**
 * What a question may be about: what is written as code is, and without such every word that is no usual one. "Who
 * calls it?" may be about a name that only the answer before it has.
 */
function askedNames(turns: Turns): readonly string[] {
  const text = turns.map(({ user, answer }) => `${withoutCode(user)} ${answer?.text ?? ""}`).join(" ");
  const marked = [...text.matchAll(marks)].map(([, inTicks, inQuotes, called]) => inTicks ?? inQuotes ?? called ?? "");
  const names = [...marked, ...(text.match(identifier) ?? []).filter((word) => written.test(word))].filter((name) => wholeName.test(name));
  const words = text.match(identifier) ?? [];
  const others = words.filter((word) => !usual.has(word.toLowerCase()));
  return unique([names, others, words].find((some) => some.length > 0) ?? []);
}

/** All that can be said of one passage. `found`: its definitions; `missing`: names that were asked for and are defined in none. */
function passageRules(block: HeldCode, i: number, found: readonly DefinitionFacts[], missing: readonly string[]): readonly string[] {
  const facts = [...found, ...others(block.text, found, missing)];
  // A text without a single name: nothing can be said of it.
  if (facts.length === 0) return [`answer${i} ::= other`, `list${i} ::= other`, `defined${i} ::= "code"`];
  const place = quoted(` \`${rangeLabel(block)}\`.`);
  const numbers = facts.map((_, j) => `${i}x${j}`);
  return [
    `defined${i} ::= ${alternatives(facts.map(({ name }) => `\`${name}\``))}`,
    ...listRules(`all${i}`, facts.map(({ name }) => name)),
    `at${i} ::= ${place}`,
    ...facts.flatMap((one, j) => definitionRules(one, `${i}x${j}`, i)),
    `answer${i} ::= ${numbers.flatMap((id) => [`name${id} said${id}`, `"This is " name${id} " from" at${i} about${id}`, `"That may be " name${id} ". " name${id} " is defined in" at${i} doc${id}`]).join(" | ")}`,
    `list${i} ::= ${quoted(`\`${block.path}\` defines `)} all${i} given`,
  ];
}

function definitionRules({ name, parameters, calls, comment }: DefinitionFacts, id: string, passage: number): readonly string[] {
  return [
    `name${id} ::= ${quoted(`\`${name}\``)}`,
    `takes${id} ::= ${quoted(wholeList(parameters) || "no parameters")}`,
    ...namesRule(`calls${id}`, calls, "nothing else"),
    `doc${id} ::= ${quoted(comment === undefined ? "" : ` Its comment says: ${comment}`)}`,
    `about${id} ::= doc${id} " It takes " takes${id} ". It calls " calls${id} "."`,
    [
      `said${id} ::= " is defined in" at${passage} about${id}?`,
      `" takes " takes${id} ". It is defined in" at${passage}`,
      `" declares no return type. It is defined in" at${passage}`,
      `" returns \`" [^\`\\n]{1,32} "\`. It is defined in" at${passage}`,
      `" calls " calls${id} "."`,
    ].join(" | "),
  ];
}

/** All names, or the first ones and that there are others. */
function wholeList(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).map((name) => `\`${name}\``);
  const all = names.length > mostNames ? [...shown, "others"] : shown;
  return all.length < 2 ? (all[0] ?? "") : `${all.slice(0, -1).join(", ")} and ${all.at(-1) ?? ""}`;
}

function namesRule(rule: string, names: readonly string[], none: string): readonly string[] {
  if (names.length === 0) return [`${rule} ::= ${quoted(none)}`];
  return [`${rule} ::= ${rule}l | ${quoted(none)}`, ...listRules(`${rule}l`, names)];
}

/**
 * "a", "a and b", "a, b, c, d, e and others": names in the order in which they stand, none twice. For each name there is
 * a rule for the last of a list, being this or a later one, and rules for one that others follow, by how many stand before.
 */
function listRules(rule: string, names: readonly string[]): readonly string[] {
  const known = names.slice(0, mostKnown);
  const last = (i: number) => `${rule}l${i}`;
  const begin = (i: number, before: number) => `${rule}b${i}x${before}`;
  const canBegin = (i: number, before: number) => i < known.length - (before === mostNames - 1 ? 0 : 1);
  const rules = known.flatMap((name, i) => {
    const item = quoted(`\`${name}\``);
    const begins = Array.from({ length: mostNames }, (_, before) => {
      if (!canBegin(i, before)) return [];
      const more = canBegin(i + 1, before + 1) ? `(", " ${begin(i + 1, before + 1)} | " and " ${last(i + 1)})` : `" and " ${last(i + 1)}`;
      const own = before === mostNames - 1 ? `${item} " and others"` : `${item} ${more}`;
      return [`${begin(i, before)} ::= ${own}${canBegin(i + 1, before) ? ` | ${begin(i + 1, before)}` : ""}`];
    });
    return [...begins.flat(), `${last(i)} ::= ${item}${i < known.length - 1 ? ` | ${last(i + 1)}` : ""}`];
  });
  return [`${rule} ::= ${last(0)}${canBegin(0, 0) ? ` | ${begin(0, 0)}` : ""}`, ...rules];
}

function callerRules(blocks: readonly HeldCode[]): readonly string[] {
  const caller = blocks.map(({ path }, i) => `defined${i} ${quoted(` in \`${path}\``)}`).join(" | ");
  return [`caller ::= ${caller}`, `callers ::= caller (", " caller)? (" and " caller)? (" calls " | " call ") "\`" asked "\`."`];
}

/** Names that were asked for and stand in a passage, but are no definitions by their looks: the model has to tell. */
function others(text: string, found: readonly DefinitionFacts[], missing: readonly string[]): readonly DefinitionFacts[] {
  const words = new Set(text.match(identifier));
  const names = missing.filter((name) => words.has(name));
  if (names.length > 0 || found.length > 0) return names.map((name) => factsAsIfDefined(text, name));
  return [...words].slice(0, 1).map((name) => factsAsIfDefined(text, name));
}

/** A question without the code that is attached to it. */
function withoutCode(user: string): string {
  return user.replace(/^(`{3,})[^\n]*\n[\s\S]*?\n\1$/gm, "");
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

function alternatives(texts: readonly string[]): string {
  return texts.map(quoted).join(" | ");
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
