import assert from "node:assert/strict";
import { FakeCli } from "./fakes";

describe("the chosen row of hearth models", () => {
  for (const model of ["phi3-mini", "/models/phi3.gguf", "phi3.gguf"]) {
    it(`is the one that --model ${model} means`, async () => {
      const { rows } = await new FakeCli().run("models", "--json", "--model", model);
      assert.deepEqual(rows.map(({ id, chosen }) => [id, chosen]), [["phi3-mini", true], ["other", false]]);
      assert.match((await new FakeCli().run("models", "--model", model)).out, /^\* phi3-mini/m);
    });
  }

  it("is none for a file that is not listed", async () => {
    const { rows } = await new FakeCli().run("models", "--json", "--model", "/elsewhere/phi3.gguf");
    assert.deepEqual(rows.map(({ chosen }) => chosen), [false, false]);
  });
});
