import assert from "node:assert/strict";
import { nearNames } from "../../../src/rag/nearNames";
import { isBlank, readQuestion } from "../../../src/rag/question";
import { followUp, taskWordWeight } from "../../../src/rag/weights";

function weights(text: string, earlier: readonly string[] = []): Readonly<Record<string, number>> {
  return Object.fromEntries(readQuestion(text, earlier).words.map((word) => [word.text, word.weight]));
}

describe("a question and those before it", () => {
  const { fade, pronoun } = followUp;
  const cases: readonly [question: string, earlier: readonly string[], words: Readonly<Record<string, number>>][] = [
    ["why?", ["how are sockets closed"], { sockets: 1, closed: 1 }],
    ["and the next one?", ["how are sockets closed"], { next: 1, sockets: 1, closed: 1 }],
    ["show me the test for it", ["how are sockets closed"], { test: taskWordWeight, sockets: 1, closed: 1 }],
    ["why?", ["how does parsing go", "how are sockets closed", "and then?"], { sockets: 1, closed: 1, parsing: fade }],
    ["why?", ["oldest topic", "alpha", "beta", "gamma"], { gamma: 1, beta: fade, alpha: fade ** 2 }],
    ["where is the parser", ["how are sockets closed"], { parser: 1 }],
    ["does it handle timeouts?", ["how are sockets closed"], { timeouts: 1, handle: taskWordWeight, sockets: pronoun, closed: pronoun }],
    ["is it possible to configure ports", ["how are sockets closed"], { possible: 1, configure: 1, ports: 1 }],
    ["what does parseLine() return?", ["how are sockets closed"], { parseline: 1, parse: 1, line: 1, return: 1 }],
    ["why?", [], {}],
    ["why?", ["what?", ""], {}],
  ];
  for (const [question, earlier, words] of cases) {
    it(`${JSON.stringify(question)} after ${JSON.stringify(earlier)}`, () => assert.deepEqual(weights(question, earlier), words));
  }

  it("takes over what the last question named, and its text", () => {
    const { names, text } = readQuestion("why?", ["what does lib/a.ts do", "explain closeSocket in src/b.ts"]);
    assert.deepEqual(names.paths, ["src/b.ts"]);
    assert.ok(names.identifiers.includes("closeSocket"));
    assert.equal(text, "explain closeSocket in src/b.ts\nwhy?");
    assert.equal(readQuestion("where is the parser", ["explain src/b.ts"]).text, "where is the parser");
  });

  it("is blank when there is nothing to look for", () => {
    assert.deepEqual(["", "why?", "?!", "find", "`of`", 'where is "of"', "parser"].map((text) => isBlank(readQuestion(text))), [true, true, true, false, false, false, false]);
  });
});

describe("a question about what it names", () => {
  const cases: readonly [question: string, earlier: readonly string[], isAboutNames: boolean, word?: string][] = [
    ["What parameters does parseLine take?", [], true],
    ["explain `has`", [], true],
    ["Where are parseLine and closeSocket()?", [], true],
    ["Where is extname declared?", [], true, "extname"],
    ["What is the signature of Schemas?", [], true, "Schemas"],
    ['Where is "has" implemented?', ["explain parseLine"], true, "has"],
    ["how are sockets closed", [], false],
    ["how does parseLine treat quotes", [], false],
    ["explain extname in src/b.ts", [], false],
    ["and where is it?", ["explain extname"], true, "extname"],
    ["why?", ["how are sockets closed"], false],
    ["does it handle timeouts?", ["explain parseLine"], false],
  ];
  for (const [text, earlier, isAboutNames, word] of cases) {
    it(`${JSON.stringify(text)} after ${JSON.stringify(earlier)}: ${isAboutNames ? "yes" : "no"}`, () => {
      const question = readQuestion(text, earlier);
      assert.equal(question.isAboutNames, isAboutNames);
      assert.equal(question.names.word, word);
    });
  }
});

describe("near names", () => {
  const names = ["parseLine", "parseLines", "parser", "walk", "readFile"];
  const cases: readonly [typed: string, near: readonly string[]][] = [
    ["parseLnie", ["parseLine", "parseLines"]],
    ["PARSLINES", ["parseLine", "parseLines"]],
    ["readFil", ["readFile"]],
    ["wakl", ["walk"]],
    ["wlk", []],
    ["writeFile", []],
    ["", []],
  ];
  for (const [typed, near] of cases) it(JSON.stringify(typed), () => assert.deepEqual([...nearNames(typed, names)].sort(), [...near].sort()));

  it("come nearest first", () => assert.deepEqual(nearNames("parsLines", names), ["parseLines", "parseLine"]));
});
