import { type PromptFormat, tokenizeSegments } from "../../src/engine/formats/promptFormat";
import type { Vocabulary } from "../../src/engine/runtime";
import { systemPrompt } from "./model";
import type { Sheet } from "./sheets";

/** A sheet as the model gets it. All lists have one entry for each token, but for `parents`. */
export interface SheetTokens {
  readonly ids: readonly number[];
  /** Where the token stands in its own conversation. */
  readonly positions: readonly number[];
  /** 0: what all conversations share; else the exchange's number plus 1. A token sees its own group and those before it. */
  readonly groups: readonly number[];
  /** 1 for tokens of answers, which are learnt; 0 for what is given. */
  readonly learnt: readonly number[];
  /** For each group the one before it; for the first one itself. */
  readonly parents: readonly number[];
}

/** The tokens that the engine would make of each conversation of the sheet. */
export function sheetTokens({ code, exchanges }: Sheet, vocabulary: Vocabulary, format: PromptFormat): SheetTokens {
  const tokens = { ids: [] as number[], positions: [] as number[], groups: [] as number[], learnt: [] as number[], parents: [0] };
  const ends: number[] = [];
  const append = (ids: readonly number[], group: number, learnt: 0 | 1) => {
    let at = ends[group] ?? ends[tokens.parents[group] ?? 0] ?? 0;
    for (const id of ids) {
      tokens.ids.push(id);
      tokens.positions.push(at++);
      tokens.groups.push(group);
      tokens.learnt.push(learnt);
    }
    ends[group] = at;
  };
  const render = (segments: Parameters<typeof tokenizeSegments>[1]) => tokenizeSegments(vocabulary, segments);
  append(render([...format.opening(systemPrompt), ...format.turnStart("afterSystem"), ...(code === "" ? [] : format.code(code, "afterSystem"))]), 0, 0);
  exchanges.forEach(({ user, answer, after }, i) => {
    tokens.parents.push(after === undefined ? 0 : after + 1);
    if (after !== undefined) append(render(format.turnStart("later")), i + 1, 0);
    append(render(format.question(user, after === undefined ? "afterSystem" : "later")), i + 1, 0);
    append([...render(format.answer(answer)), ...render(format.closing())], i + 1, 1);
  });
  return tokens;
}
