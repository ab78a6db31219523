import assert from "node:assert/strict";
import { questionNames } from "../../../src/rag/questionNames";
import { questionWords } from "../../../src/rag/questionWords";
import { queryTerms, stem, tokenize } from "../../../src/rag/tokenize";
import { taskWordWeight } from "../../../src/rag/weights";

describe("tokenizer", () => {
  const cases: readonly [text: string, terms: readonly string[]][] = [
    ["parseLine", ["parseline", "parse", "line"]],
    ["HTMLParser", ["htmlparser", "html", "parser"]],
    ["snake_case_name", ["snake_case_name", "snake", "case", "name"]],
    ["MAX_SIZE", ["max_size", "max", "size"]],
    ["utf8Decoder2", ["utf8decoder2", "utf", "8", "decoder", "2"]],
    ["_private $scope", ["private", "scope"]],
    ["a.b(c)", ["a", "b", "c"]],
    ["größeÄndern", ["größeändern", "größe", "ändern"]],
    ["检索代码", ["检索", "索代", "代码"]],
    ["", []],
    ["+-*/ ___", []],
    ["x".repeat(65), []],
  ];
  for (const [text, terms] of cases) it(`splits ${JSON.stringify(text.slice(0, 20))}`, () => assert.deepEqual(tokenize(text), terms));

  it("stems words lightly and leaves the rest", () => {
    assert.equal(stem("connections"), stem("connecting"));
    assert.equal(stem("42"), "42");
    assert.equal(stem("größe"), "größe");
  });

  it("cleans questions of chat words", () => {
    assert.deepEqual(queryTerms("How does the parser handle errors, please?"), ["parser", "handle", "errors"]);
    assert.deepEqual(queryTerms("what is it"), []);
    assert.deepEqual(queryTerms(""), []);
  });
});

describe("words of a question", () => {
  it("count less where they say what is to be done", () => {
    assert.deepEqual(questionWords("fix the parser"), [{ text: "fix", weight: taskWordWeight }, { text: "parser", weight: 1 }]);
  });
});

describe("names in a question", () => {
  const cases: readonly [question: string, identifiers: readonly string[], paths: readonly string[]][] = [
    ["how does parseLine work", ["parseLine"], []],
    ["what is `run` for", ["run"], []],
    ["explain src/common/rpc.ts", [], ["src/common/rpc.ts"]],
    ["is .\\src\\a.ts used by main.py?", [], ["src/a.ts", "main.py"]],
    ["where is snake_case used in the Parser of HTMLText", ["snake_case", "HTMLText"], []],
    ["why call dispose() twice", ["dispose"], []],
    ["Where are tokens counted", [], []],
    ["in the folder src/rag please", [], ["src/rag"]],
    ["", [], []],
  ];
  for (const [question, identifiers, paths] of cases) {
    it(question, () => {
      const found = questionNames(question);
      const fromPaths = new Set(paths.flatMap((path) => path.split(/\W+/)));
      assert.deepEqual(found.identifiers.filter((name) => !fromPaths.has(name)), identifiers);
      assert.deepEqual(found.paths, paths);
    });
  }
});
