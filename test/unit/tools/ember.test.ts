import assert from "node:assert/strict";
import { answers } from "../../../tools/ember/answers";
import { byteCharacters, learnMerges, written } from "../../../tools/ember/bytePairs";
import { Chance } from "../../../tools/ember/chance";
import { disguised, newDisguise } from "../../../tools/ember/disguise";
import { functionFacts } from "../../../tools/ember/functionFacts";
import { makeSheet } from "../../../tools/ember/sheets";
import { cart, walker } from "./emberSamples";

function factsOf(source: string, name: string, language = "typescript") {
  const lines = source.split("\n");
  const at = lines.findIndex((line) => line.includes(name));
  return functionFacts(lines, at, lines.length - 1, name, language);
}

describe("Ember's data: facts of a function", () => {
  const cases: readonly [string, string, string, string, unknown][] = [
    ["a function", cart.lines.join("\n"), "total", "typescript", cart.functions[0]],
    ["an arrow", "const pick = <T>(a: T, b = f(1, 2)) => other(a)", "pick", "typescript", undefined],
    ["an arrow without a type", "const pick = (a, b = f(1, 2)) => other(a)", "pick", "javascript", { name: "pick", parameters: ["a", "b"], calls: ["other"] }],
    ["a method", "  async send(id: string, ...rest: number[]): Promise<void> {\n    this.#go(id);\n  }", "send", "typescript", { name: "send", parameters: ["id", "rest"], returns: "Promise<void>", calls: [] }],
    ["Python", 'def load(self, path, *args, key="a(b", **kw) -> str:\n    """Reads the file again."""\n    return open(path).read()', "load", "python", { name: "load", parameters: ["path", "args", "key", "kw"], returns: "str", doc: "Reads the file again.", calls: ["read"] }],
    ["a pattern for a parameter", "function open({ file, mode }) {\n}", "open", "javascript", undefined],
    ["a call, no definition", "  total(lines);", "total", "typescript", undefined],
  ];
  for (const [what, source, name, language, expected] of cases) {
    it(what, () => {
      const facts = factsOf(source, name, language);
      if (what === "Python") assert.deepEqual(facts, { ...(expected as object), calls: ["open", "read"] });
      else if (what === "a method") assert.deepEqual(facts && { ...facts, calls: [] }, expected);
      else assert.deepEqual(facts, expected);
    });
  }
});

describe("Ember's data: sheets", () => {
  const sheet = (seed: number) => makeSheet({ chunks: [cart, walker], words: ["node", "list", "user", "read", "make"], chance: new Chance(seed), codeLength: 900, exchanges: 8 });

  it("are the same for a seed", () => {
    assert.deepEqual(sheet(5), sheet(5));
    assert.notDeepEqual(sheet(5), sheet(6));
  });

  it("name only functions, paths and lines that stand in the prompt", () => {
    let checked = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const { code, exchanges } = sheet(seed);
      for (const { user, answer } of exchanges) {
        const place = /^`([^`]+)` is defined in `([^`]+):(\d+)-(\d+)`\./.exec(answer);
        if (!place) continue;
        const [, name = "", path = "", start = "", end = ""] = place;
        const prompt = [code, ...exchanges.map((one) => one.user), ""].join("\n");
        const header = `${path}:${start}-${end}`;
        assert.ok(prompt.includes(header), `${answer}\n${prompt}`);
        const passage = prompt.slice(prompt.indexOf(header)).split("\n```\n")[0] ?? "";
        assert.match(passage, new RegExp(`(?:function|def) ${name}\\(`), user);
        checked++;
      }
    }
    assert.ok(checked > 500, `${checked} answers`);
  });

  it("say of a name that is not defined there that it is not seen", () => {
    let checked = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const { code, exchanges } = sheet(seed);
      for (const { user, answer } of exchanges) {
        const name = /^I do not see `([^`]+)`/.exec(answer)?.[1];
        if (name === undefined) continue;
        assert.ok(user.includes(name), user);
        assert.equal(new RegExp(`(?:function|def) ${name}\\(`).test(code), false, `${name}\n${code}`);
        checked++;
      }
    }
    assert.ok(checked > 100, `${checked} answers`);
  });

  it("refer back to the exchange before them alone", () => {
    for (let seed = 1; seed <= 50; seed++) sheet(seed).exchanges.forEach(({ after }, i) => assert.ok(after === undefined || after === i - 1));
  });
});

describe("Ember's data: names", () => {
  it("change everywhere in a chunk at once", () => {
    for (let seed = 1; seed <= 100; seed++) {
      const other = disguised(cart, newDisguise(["user", "list"], new Chance(seed)));
      const [facts] = other.functions;
      assert.ok(facts);
      assert.ok(other.lines[1]?.includes(`function ${facts.name}(${facts.parameters[0] ?? ""}: Line[], ${facts.parameters[1] ?? ""} = 0)`), other.lines[1]);
      assert.ok(facts.calls.every((name) => other.lines[2]?.includes(`${name}(`)), other.lines[2]);
    }
  });
});

describe("Ember's tokens", () => {
  it("never join letters with anything else, nor two parts of a name", () => {
    const merges = learnMerges(Array.from({ length: 50 }, () => "const userName = getUserName(user_name) + `getUserName`;\n"), 40);
    assert.ok(merges.length > 10);
    for (const { left, right } of merges) assert.match(left + right, /^(?:[A-Z]?[a-z]+|[A-Z]+|[^A-Za-z0-9]+)$/);
    assert.ok(merges.some(({ left, right }) => left + right === "Name"));
  });

  it("write bytes as GPT-2 does", () => {
    assert.equal(new Set(byteCharacters).size, 256);
    assert.equal(written(" a\n"), "\u0120a\u010a");
  });
});

describe("Ember's answers", () => {
  it("list a few names and say that there are others", () => {
    const place = { path: "a.ts", startLine: 1, endLine: 2 };
    const many = { ...place, name: "run", parameters: [], calls: ["a1", "b1", "c1", "d1", "e1", "f1"] };
    assert.equal(answers.calls(many), "`run` calls `a1`, `b1`, `c1`, `d1`, `e1` and others.");
    assert.equal(answers.calls({ ...many, calls: ["a1", "b1"] }), "`run` calls `a1` and `b1`.");
  });
});
