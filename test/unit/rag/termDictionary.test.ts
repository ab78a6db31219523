import assert from "node:assert/strict";
import { TermDictionary } from "../../../src/rag/termDictionary";
import { stem } from "../../../src/rag/tokenize";
import { seeded } from "../../fixtures/seeded";

const ends = ["", "s", "ed", "ing", "er", "ation", "7", "_x"];
const starts = ["connect", "pars", "größe", "解析", "ab", "i", "tokeniz", "load"];

function randomTerms(count: number, seed: number): readonly string[] {
  const random = seeded(seed);
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)]!;
  const letters = () => Array.from({ length: 2 + Math.floor(random() * 4) }, () => "abcdefgh"[Math.floor(random() * 8)]!).join("");
  return [...new Set(Array.from({ length: count }, () => (random() < 0.3 ? pick(starts) : letters()) + pick(ends)))];
}

/** Terms that begin with the same three letters and have the same stem. */
function likeBy(terms: readonly string[], term: string): readonly string[] {
  return terms.filter((other) => stem(other) === stem(term) && other.slice(0, 3) === term.slice(0, 3));
}

describe("term dictionary", () => {
  it("numbers terms in the order they come, and finds them", () => {
    const dictionary = new TermDictionary();
    const terms = randomTerms(3000, 1);
    for (const [i, term] of terms.entries()) assert.deepEqual([dictionary.find(term), dictionary.add(term), dictionary.add(term), dictionary.find(term)], [undefined, i, i, i]);
    assert.equal(dictionary.size, terms.length);
    assert.deepEqual(dictionary.termsFrom(0), terms);
    assert.deepEqual([dictionary.find(""), dictionary.find("x".repeat(5000)), dictionary.term(terms.length)], [undefined, undefined, ""]);
  });

  it("is the same after packing, and goes on", () => {
    const terms = randomTerms(2000, 2);
    const first = new TermDictionary();
    for (const term of terms) first.add(term);
    const again = new TermDictionary(first.bytes().slice());
    assert.deepEqual(again.termsFrom(0), terms);
    assert.deepEqual([again.find(terms[777]!), again.add("entirelyNew"), again.term(terms.length)], [777, terms.length, "entirelyNew"]);
    const some = new TermDictionary(first.bytes([5, 0, 1999 % terms.length]));
    assert.deepEqual(some.termsFrom(0), [terms[5], terms[0], terms[1999 % terms.length]]);
    assert.equal(new TermDictionary(new TermDictionary().bytes()).size, 0);
  });

  it("groups terms by stem, whether or not it was warm, and those that come later", () => {
    const terms = randomTerms(3000, 3);
    for (const isWarm of [false, true]) {
      const dictionary = new TermDictionary();
      for (const [i, term] of terms.entries()) {
        dictionary.add(term);
        if (isWarm && i % 500 === 0) while (!dictionary.warm(performance.now() + 1));
      }
      if (isWarm) assert.equal(dictionary.warm(Infinity), true);
      const asked = [...terms.slice(0, 300), "connects", "loaders", "unheard", "größer", "ab"];
      for (const term of asked) assert.deepEqual(dictionary.sameStem(term).map((id) => dictionary.term(id)), likeBy(terms, term), term);
    }
  });

  it("leaves off warming when the time is over", () => {
    const dictionary = new TermDictionary();
    for (const term of randomTerms(100, 4)) dictionary.add(term);
    assert.equal(dictionary.warm(0), false);
    assert.equal(dictionary.warm(Infinity), true);
  });
});
