import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { testModel } from "../../fixtures/models";
import { repositoryRoot } from "../../fixtures/repository";
import { packForNpm } from "../../../scripts/npmPackage.mjs";

/** Where `npm install` would have put the package, with the one package that it depends on. */
class InstalledPackage {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), "hearth-npm-"));
  readonly package = path.join(this.folder, "node_modules", "hearth");
  readonly home = path.join(this.folder, "home");

  async install(): Promise<void> {
    const file = await packForNpm({ outDir: this.folder });
    mkdirSync(this.package, { recursive: true });
    execFileSync("tar", ["xzf", file, "--strip-components=1", "-C", this.package]);
    symlinkSync(path.join(repositoryRoot(), "node_modules", "node-llama-cpp"), path.join(this.folder, "node_modules", "node-llama-cpp"), "junction");
  }

  get bin(): string {
    const manifest = JSON.parse(readFileSync(path.join(this.package, "package.json"), "utf8")) as { bin: { hearth: string } };
    return path.join(this.package, manifest.bin.hearth);
  }

  run(...args: readonly string[]): string {
    const env = { ...process.env, HEARTH_HOME: this.home, HEARTH_MODEL: "" };
    return execFileSync(process.execPath, [this.bin, ...args], { cwd: path.join(repositoryRoot(), "samples", "workspace"), env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

describe("the npm package", function () {
  this.timeout(300_000);
  const installed = new InstalledPackage();

  before(() => installed.install());
  after(() => installed.remove());

  it("holds the terminal program and the service, and nothing of the editor's", () => {
    const files = readdirSync(installed.package, { recursive: true, encoding: "utf8" }).map((file) => file.replaceAll("\\", "/"));
    for (const name of ["package.json", "README.md", "LICENSE", "dist/cli.mjs", "dist/engine.mjs", "dist/index.mjs", "dist/bundled-models/ember.gguf"]) assert.ok(files.includes(name), name);
    assert.ok(files.some((file) => file.startsWith("dist/wasm/") && file.endsWith(".wasm")));
    assert.deepEqual(files.filter((file) => /extension|webview|\.map$/.test(file)), []);
  });

  it("has a program that a shell can start", () => {
    assert.match(readFileSync(installed.bin, "utf8").split("\n", 1)[0] ?? "", /^#!\/usr\/bin\/env node$/);
    if (process.platform !== "win32") assert.notEqual(statSync(installed.bin).mode & 0o111, 0);
  });

  it("depends on the one package that is not in its bundles, at the version that was tested", () => {
    const { dependencies } = JSON.parse(readFileSync(path.join(repositoryRoot(), "package.json"), "utf8")) as { dependencies: Record<string, string> };
    assert.deepEqual(Object.keys(dependencies), ["node-llama-cpp"]);
    const own = JSON.parse(readFileSync(path.join(installed.package, "package.json"), "utf8")) as Record<string, unknown>;
    assert.deepEqual(own["dependencies"], dependencies);
    for (const name of ["private", "scripts", "devDependencies", "contributes"]) assert.equal(own[name], undefined, name);
  });

  it("tells its version, searches and answers where it is installed", async () => {
    const { version } = JSON.parse(readFileSync(path.join(repositoryRoot(), "package.json"), "utf8")) as { version: string };
    assert.equal(installed.run("--version"), `${version}\n`);
    assert.match(installed.run("search", "zoneOf", "--limit", "1"), /^src\/zones\.ts:/);
    const model = ["--model", await testModel("phi3"), "--threads", "1", "--gpu-layers", "0", "--context-size", "1024", "--max-tokens", "4"];
    const rows = installed.run("Explain", "this", "--no-context", "--json", ...model).trim().split("\n");
    assert.match(rows.at(-1) ?? "", /^\{"type":"done"/);
    assert.ok(existsSync(installed.home), "everything it keeps is under HEARTH_HOME");
  });
});
