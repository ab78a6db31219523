import assert from "node:assert/strict";
import { HearthError } from "../../../src/common/errors";
import { mapEntries } from "./fakeIndex";
import { FakeCli } from "./fakes";

describe("hearth map", () => {
  const whole = "src/a.ts\n  export class Route\n  export function quickest(\n    routes: Route[],\n  ): Route\nsrc/b.ts\n  export class Depot\n";

  const table: readonly [args: readonly string[], out: string][] = [
    [[], whole],
    [["--tokens", "32"], "src/a.ts\n  export class Route\n  export function quickest(\n    routes: Route[],\n  ): Route\n"],
    [["--tokens", "20"], "src/a.ts\n  export class Route\n"],
  ];
  for (const [args, expected] of table) {
    it(`prints files with their signatures, best first: ${args.join(" ")}`, async () => {
      const cli = new FakeCli();
      const { code, out, err } = await cli.run("map", ...args);
      assert.deepEqual([code, out, err, cli.index.updates], [0, expected, "", 1]);
    });
  }

  it("prints a row for each file with --json, and asks for no embeddings", async () => {
    const cli = new FakeCli();
    const { rows } = await cli.run("map", ".", "--json", "--embedding-model", "coderank-137m");
    assert.deepEqual(rows, mapEntries);
    assert.equal(cli.setups[0]?.engine?.embeddingModel, "");
  });

  it("fails when the index does", async () => {
    const cli = new FakeCli();
    cli.index.problem = new HearthError("index-failed", "No.");
    const { code, err } = await cli.run("map");
    assert.deepEqual([code, err], [1, "hearth: No.\n"]);
  });
});
