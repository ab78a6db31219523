import { execFileSync } from "node:child_process";
import { temporaryFolder } from "./workspace";

/** The index process's program, built for the suite that calls it. The folder it lies in. */
export function builtIndex(): () => string {
  let dist: string;
  before(function () {
    this.timeout(120_000);
    dist = temporaryFolder();
    execFileSync(process.execPath, ["esbuild.mjs", "--only=index", `--dist=${dist}`], { stdio: ["ignore", "ignore", "inherit"] });
  });
  return () => dist;
}
