import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "../../../scripts/lib/project.mjs";

/** A program in VS Code's place: keeps its arguments, tells what the suite would tell, and ends with a code. */
function double(folder: string, lines: readonly object[], code: number): string {
  const file = path.join(folder, "code.mjs");
  writeFileSync(
    file,
    `#!${process.execPath}
import { appendFileSync, writeFileSync } from "node:fs";
writeFileSync(${JSON.stringify(path.join(folder, "arguments.json"))}, JSON.stringify(process.argv.slice(2)));
appendFileSync(process.env.HEARTH_TEST_RESULTS, ${JSON.stringify(lines.map((line) => `${JSON.stringify(line)}\n`).join(""))});
process.exit(${code});
`,
    { mode: 0o755 },
  );
  return file;
}

const pass = { type: "pass", title: "activates", durationMs: 3 };
const end = { type: "end" };

const cases = [
  { name: "all passes", lines: [pass, end], code: 0, counts: { passed: 1, failed: 0 } },
  { name: "a test fails", lines: [pass, { type: "fail", title: "answers", error: "Error: no" }, end], code: 1, counts: { passed: 1, failed: 1 } },
  { name: "VS Code ends before the suite does", lines: [pass], code: 3, counts: { passed: 1, failed: 1 } },
  { name: "no test runs", lines: [end], code: 0, counts: { passed: 0, failed: 1 } },
] as const;

describe("the host tests on a desktop VS Code", () => {
  // A script cannot stand in for a program on Windows.
  if (process.platform === "win32") return;
  for (const { name, lines, code, counts } of cases) {
    it(`count what was told when ${name}`, () => {
      const folder = mkdtempSync(path.join(tmpdir(), "hearth-double-"));
      try {
        const results = path.join(folder, "results.jsonl");
        const script = `import { host } from "./scripts/stages/host.mjs"; console.log(JSON.stringify(await host(undefined, ${JSON.stringify({ results, model: "unused.gguf" })})));`;
        const env = { ...process.env, VSCODE_EXECUTABLE: double(folder, lines, code) };
        const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: root, env, encoding: "utf8" });
        assert.deepEqual(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""), counts, `${stdout}${stderr}`);
        const given = JSON.parse(readFileSync(path.join(folder, "arguments.json"), "utf8")) as string[];
        assert.ok(given.includes(`--extensionDevelopmentPath=${root}`));
        assert.ok(given.some((argument) => argument.startsWith("--extensionTestsPath=")));
        assert.ok(given.includes("--disable-extensions"));
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});
