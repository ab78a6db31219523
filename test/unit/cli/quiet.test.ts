import assert from "node:assert/strict";
import { FakeCli } from "./fakes";

describe("what is said beside the answer", () => {
  it("says that a search found nothing, beside its empty output", async () => {
    const cli = new FakeCli();
    cli.index.retrieve = () => Promise.resolve([]);
    const { code, out, err } = await cli.run("search", "nothing");
    assert.deepEqual([code, out, err], [0, "", "Nothing was found.\n"]);
    assert.deepEqual((await cli.run("search", "nothing", "--json")).rows, []);
    assert.equal((await cli.run("search", "nothing", "--quiet")).err, "");
  });

  it("says nothing but the answer with --quiet, and takes no --verbose beside it", async () => {
    const { out, err } = await new FakeCli().run("ask", "what is this", "--quiet");
    assert.deepEqual([out, err], ["what is this \n", ""]);
    assert.equal((await new FakeCli().run("ask", "hello", "--quiet", "--verbose")).code, 2);
  });
});
