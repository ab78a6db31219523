import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { BuiltProgram } from "../cli/builtProgram";
import { FileServer } from "../engine/fileServer";
import { TestTerminal } from "./testTerminal";

const ctrlC = "\u0003";
const files = 120;
const escape = "\u001b";

describe("progress at a pseudo-terminal", function () {
  this.timeout(600_000);
  let program: BuiltProgram;
  let terminal: TestTerminal | undefined;
  let homes = 0;

  before(async () => {
    program = await BuiltProgram.create();
    await mkdir(path.join(program.workspace, "many"));
    const write = (at: number) => writeFile(path.join(program.workspace, "many", `file${at}.ts`), `export function number${at}(): number {\n  return ${at};\n}\n`);
    await Promise.all(Array.from({ length: files }, (_, at) => write(at)));
  });
  afterEach(() => terminal?.kill());
  after(() => program.remove());

  /** Each with a home of its own, where nothing is indexed or downloaded yet. */
  function open(args: readonly string[], env: NodeJS.ProcessEnv = {}): TestTerminal {
    homes++;
    terminal = new TestTerminal(program, args, { columns: 100, rows: 20 }, { HEARTH_HOME: path.join(program.home, `home${homes}`), ...env });
    return terminal;
  }

  it("of an index is a bar on one row, which is gone when the summary stands there", async () => {
    const run = open(["index"]);
    assert.equal(await run.exits(), 0);
    assert.match(run.raw, /Indexing █*░* +\d+ % {2}\d+ of 122 files/);
    assert.match(run.text, /^\S+workspace: 122 files, \d+ chunks\. 122 read anew, 0 removed, in .*\.$/);
  });

  it("of a download is a bar with the amounts, until Ctrl+C pauses it", async () => {
    const hub = await FileServer.start({ content: Buffer.alloc(40_000_000), announcedLength: 2_393_231_072, slowPiece: 65_536 });
    const run = open(["models", "download", "phi3-mini", "--download-endpoint", hub.endpoint]);
    await run.shows(/Downloading phi3-mini █*░+ +\d+ % {2}\d\S* [kM]B of 2\.39 GB/);
    run.type(ctrlC);
    assert.equal(await run.exits(), 130);
    assert.match(run.text, /^\^?C?The download is paused: what has come is kept/);
    await hub.stop();
  });

  it("is not shown with --quiet", async () => {
    const run = open(["index", "--quiet"]);
    assert.equal(await run.exits(), 0);
    assert.doesNotMatch(run.raw, /Indexing|Looking/);
  });

  it("and colours: NO_COLOR takes the colours, TERM=dumb all that is no text", async () => {
    const search = async (env: NodeJS.ProcessEnv) => {
      const run = open(["search", "number7", "--limit", "1"], env);
      assert.equal(await run.exits(), 0);
      return run.raw;
    };
    assert.match(await search({ NO_COLOR: "" }), /\u001b\[36m\S*file7\.ts/);
    assert.doesNotMatch(await search({ NO_COLOR: "1" }), /\u001b\[\d+m/);
    assert.equal((await search({ TERM: "dumb" })).includes(escape), false);
  });
});
