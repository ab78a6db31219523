import assert from "node:assert/strict";
import { problemsOf, textsOf } from "../../../scripts/l10n.mjs";

const head = 'import { t } from "../common/l10n";\n';

describe("collecting texts", () => {
  it("finds those of calls in functions and in fields", () => {
    const source = `${head}const show = () => t("One {0}", 1);\nclass A { readonly b = t(\`Two\`); c() { return [t("Three")]; } }`;
    assert.deepEqual(textsOf("a.ts", source), ["One {0}", "Two", "Three"]);
  });

  it("leaves files alone that have another t", () => {
    assert.deepEqual(textsOf("a.ts", 'const t = (x: string) => x; t("No");'), []);
  });

  for (const [what, call, reason] of [
    ["a text that is put together", "const f = (a: string) => t(a);", /written out/],
    ["a template with values", "const f = (a: string) => t(`x ${a}`);", /written out/],
    ["a call before the language is known", 'const label = t("Early");', /when the file is loaded/],
    ["a static field", 'class A { static b = t("Early"); }', /when the file is loaded/],
  ] as const) {
    it(`refuses ${what}, with its place`, () => {
      assert.throws(() => textsOf("a.ts", `${head}${call}`), (error: Error) => reason.test(error.message) && error.message.startsWith("a.ts:2"));
    });
  }
});

describe("a translation", () => {
  it("is complete when it has every text with the same places, and no others", () => {
    assert.deepEqual(problemsOf(["A {0} {1}"], { "A {0} {1}": "{1} zu {0}" }), []);
    assert.deepEqual(problemsOf(["A", "B {0}"], { "B {0}": "B", C: "C" }), ['not translated: "A"', 'no longer used: "C"', 'other places: "B {0}"']);
  });
});
