import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { temporaryFolder } from "../engine/temporaryFolder";
import { FakeCli } from "./fakes";

describe("rules of the folder in the terminal", () => {
  const folder = temporaryFolder();
  let cli: FakeCli;

  beforeEach(async () => {
    cli = new FakeCli();
    cli.cwd = folder();
    await writeFile(path.join(folder(), "AGENTS.md"), "Tabs only.\r\n");
    await mkdir(path.join(folder(), ".hearth", "rules"), { recursive: true });
    await writeFile(path.join(folder(), ".hearth", "rules", "b.md"), "Second.");
    await writeFile(path.join(folder(), ".hearth", "rules", "a.md"), "First.");
    await writeFile(path.join(folder(), ".hearth", "rules", "empty.md"), "\n");
    await writeFile(path.join(folder(), ".hearth", "rules", "note.txt"), "No rule.");
  });

  const systemOf = () => cli.engine.requests.at(-1)?.system;
  const rules = ["AGENTS.md:\n\nTabs only.", ".hearth/rules/a.md:\n\nFirst.", ".hearth/rules/b.md:\n\nSecond."].map((rule) => `Rules of this workspace, from ${rule}`);

  it("stand behind the system prompt of ask", async () => {
    assert.equal((await cli.run("ask", "hi", "--system", "Be brief.")).code, 0);
    assert.equal(systemOf(), ["Be brief.", ...rules].join("\n\n"));
  });

  it("are read again when they change, in a chat that goes on", async () => {
    cli.piped = "one\ntwo\n";
    let answers = 0;
    const write = cli.engine.generate.bind(cli.engine);
    cli.engine.generate = async function* (request, signal) {
      if (++answers === 1) await writeFile(path.join(folder(), "AGENTS.md"), "Spaces only, from now on.");
      yield* write(request, signal);
    };
    assert.equal((await cli.run("chat")).code, 0);
    const [first, second] = cli.engine.requests.map(({ system }) => system);
    assert.match(first!, /Tabs only/);
    assert.match(second!, /Spaces only, from now on\./);
  });

  it("of several folders have the folder's name", async () => {
    const other = path.join(folder(), "other");
    await mkdir(other);
    await writeFile(path.join(other, "AGENTS.md"), "Other.");
    await cli.run("ask", "hi", "--workspace", folder(), "--workspace", other);
    assert.match(systemOf()!, new RegExp(`from ${path.basename(folder())}/AGENTS\\.md:\n\nTabs only\\.`));
    assert.match(systemOf()!, /from other\/AGENTS\.md:\n\nOther\./);
  });

  it("are none with --no-context, and none of a file that is too long", async () => {
    await cli.run("ask", "hi", "--no-context", "--system", "Be brief.");
    assert.equal(systemOf(), "Be brief.");
    await writeFile(path.join(folder(), "AGENTS.md"), "x".repeat(256_001));
    const { err } = await cli.run("ask", "hi", "--verbose");
    assert.doesNotMatch(systemOf()!, /AGENTS/);
    assert.match(err, /AGENTS\.md is not used: It has 256001 bytes/);
  });
});
