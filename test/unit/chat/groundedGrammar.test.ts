import assert from "node:assert/strict";
import path from "node:path";
import { getLlama, type Llama, LlamaGrammarEvaluationState, type LlamaModel } from "node-llama-cpp";
import { groundedGrammar } from "../../../src/chat/groundedGrammar";
import { codeContext, userMessage } from "../../../src/chat/userMessage";
import type { PromptTurn } from "../../../src/engine/ports";
import { Chance } from "../../../tools/ember/chance";
import { makeSheet, type Sheet } from "../../../tools/ember/sheets";
import { repositoryRoot } from "../../fixtures/repository";
import { cart, walker } from "../tools/emberSamples";

/** The library follows a grammar by these; it does not export them. */
interface GrammarSampler {
  canBeNextTokenForGrammarEvaluationState(state: unknown, token: number): boolean;
  acceptGrammarEvaluationStateToken(state: unknown, token: number): void;
}

const zones = { path: "src/zones.ts", startLine: 5, endLine: 9, language: "typescript", rank: 0, text: '/** The zone a "postcode" lies in. */\nexport function zoneOf(postcode: string, depot: string): Zone {\n  return islands.has(postcode) ? "islands" : cityOf(depot);\n}' };
const rates = { path: "src/rates.ts", startLine: 1, endLine: 3, language: "typescript", rank: 1, text: "// Prices of parcels\nexport const priceOf = (weight: number) => look(weight);\n" };

const help = {
  ...{ path: "lib/help.js", startLine: 409, endLine: 420, language: "javascript", rank: 0 },
  text: "  /**\n   * Group items by their help group heading.\n   *\n   * @param {Command[]} unsortedItems\n   * @param {Function} getGroup\n   * @returns {Map}\n   */\n  groupItems(unsortedItems, visibleItems, getGroup) {\n    const result = new Map();\n    result.set(getGroup(1), []);\n    return result;\n  }",
};

describe("what a model that only answers may say", function () {
  this.timeout(60_000);
  let llama: Llama;
  let model: LlamaModel;
  before(async () => {
    llama = await getLlama({ gpu: false, build: "never", logLevel: "error" as never });
    model = await llama.loadModel({ modelPath: path.join(repositoryRoot(), "models", "ember.gguf"), vocabOnly: true });
  });
  after(() => llama.dispose());

  const sampler = () => (llama as unknown as { _bindings: { AddonSampler: GrammarSampler } })._bindings.AddonSampler;

  async function allows(turns: readonly Pick<PromptTurn, "context" | "user" | "answer">[], answer: string): Promise<boolean> {
    const state = new LlamaGrammarEvaluationState({ model, grammar: await llama.createGrammar({ grammar: groundedGrammar(turns) }) });
    const end = model.tokens.eos;
    assert.ok(end !== null);
    const inside = (state as unknown as { _state: unknown })._state;
    return [...model.tokenize(answer), end].every((token) => {
      const isAllowed = sampler().canBeNextTokenForGrammarEvaluationState(inside, token);
      if (isAllowed && token !== end) sampler().acceptGrammarEvaluationStateToken(inside, token);
      return isAllowed;
    });
  }

  const asked = (user: string, context = codeContext([rates, zones])) => [{ user, context }];
  const cases: readonly [string, turns: ReturnType<typeof asked>, answer: string, isAllowed: boolean][] = [
    ["a place with a name that stands there", asked("Where is zoneOf?"), "`zoneOf` is defined in `src/zones.ts:5-9`.", true],
    ["a place with a name that stands elsewhere", asked("Where is zoneOf?"), "`zoneOf` is defined in `src/rates.ts:1-3`.", false],
    ["other lines", asked("Where is zoneOf?"), "`zoneOf` is defined in `src/zones.ts:5-8`.", false],
    ["a name that stands nowhere", asked("Where is zoneOf?"), "`zoneOff` is defined in `src/zones.ts:5-9`.", false],
    ["parameters", asked("What does zoneOf take?"), "`zoneOf` takes `postcode` and `depot`. It is defined in `src/zones.ts:5-9`.", true],
    ["parameters of another passage", asked("What does zoneOf take?"), "`zoneOf` takes `weight`. It is defined in `src/zones.ts:5-9`.", false],
    ["a comment", asked("Explain priceOf"), "`priceOf` is defined in `src/rates.ts:1-3`. Its comment says: Prices of parcels. It takes `weight`. It calls `look`.", true],
    ["a comment in quotes", asked("Explain zoneOf"), '`zoneOf` is defined in `src/zones.ts:5-9`. Its comment says: The zone a "postcode" lies in. It takes `postcode` and `depot`. It calls `has` and `cityOf`.', true],
    ["a comment that nobody wrote", asked("Explain zoneOf"), "`zoneOf` is defined in `src/zones.ts:5-9`. Its comment says: The zone. It takes no parameters. It calls nothing else.", false],
    ["a comment of several lines", asked("Explain groupItems", codeContext([help])), "`groupItems` is defined in `lib/help.js:409-420`. Its comment says: Group items by their help group heading. It takes `unsortedItems`, `visibleItems` and `getGroup`. It calls `Map`, `set` and `getGroup`.", true],
    ["names out of their order", asked("What does groupItems take?", codeContext([help])), "`groupItems` takes `getGroup` and `visibleItems`. It is defined in `lib/help.js:409-420`.", false],
    ["a name twice", asked("What does groupItems take?", codeContext([help])), "`groupItems` takes `getGroup` and `getGroup`. It is defined in `lib/help.js:409-420`.", false],
    ["a list without its and", asked("What does groupItems call?", codeContext([help])), "`groupItems` calls `Map`, `set`, `getGroup`.", false],
    ["others after fewer than five", asked("What does groupItems take?", codeContext([help])), "`groupItems` takes `unsortedItems` and others. It is defined in `lib/help.js:409-420`.", false],
    ["that it does not see what was asked for", asked("Where is colourOf?"), "I do not see `colourOf` in the code I was given.", true],
    ["that it does not see what nobody asked for", asked("Where is colourOf?"), "I do not see `shapeOf` in the code I was given.", false],
    ["who calls", asked("Who calls look?"), "`priceOf` in `src/rates.ts` calls `look`.", true],
    ["anything else", asked("Write a poem."), "Roses are red.", false],
    ["what it is", asked("Hi!"), "I am Ember, a very small model. I can tell where something is defined, what it takes and what it calls, from the code I was given.", true],
    ["that it does not see it where there is no code", [{ user: "Where is zoneOf?", context: "" }], "I do not see `zoneOf` in the code I was given.", true],
    ["a place without code", [{ user: "Where is zoneOf?", context: "" }], "`zoneOf` is defined in `src/zones.ts:5-9`.", false],
    ["of attached code what it is", [{ user: userMessage({ text: "Explain this.", attachments: [zones] }), context: "" }], 'This is `zoneOf` from `src/zones.ts:5-9`. Its comment says: The zone a "postcode" lies in. It takes `postcode` and `depot`. It calls `has` and `cityOf`.', true],
    ["to a follow-up what stands before it", [...asked("Where is zoneOf?"), { user: "Who calls it?", context: "" }], "I see no call of `zoneOf` in the code I was given.", true],
  ];
  for (const [what, turns, answer, isAllowed] of cases) it(`${isAllowed ? "is" : "is not"} ${what}`, async () => assert.equal(await allows(turns, answer), isAllowed));

  const turnsTo = ({ code, exchanges }: Sheet, at: number): Pick<PromptTurn, "context" | "user" | "answer">[] => {
    const exchange = exchanges[at];
    assert.ok(exchange);
    const { user, after } = exchange;
    if (after === undefined) return [{ user, context: code }];
    const before = turnsTo({ code, exchanges }, after).map((turn, i, all) => (i < all.length - 1 ? turn : { ...turn, answer: { text: exchanges[after]?.answer ?? "" } }));
    return [...before, { user }];
  };

  it("has every form that was learnt", async () => {
    const forms = new Set<string>();
    for (let seed = 1; seed <= 60; seed++) {
      const sheet = makeSheet({ chunks: [cart, walker], words: ["node", "list", "user", "read", "make"], chance: new Chance(seed), codeLength: 900, exchanges: 8 });
      for (const [at, { user, answer }] of sheet.exchanges.entries()) {
        assert.ok(await allows(turnsTo(sheet, at), answer), `${groundedGrammar(turnsTo(sheet, at))}\n${user}\n${answer}`);
        forms.add(answer.replace(/`[^`]*`/g, "`").slice(0, 20));
      }
    }
    assert.ok(forms.size > 12, [...forms].join("\n"));
  });
});
