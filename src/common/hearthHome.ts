import os from "node:os";
import path from "node:path";

/** The folder for Hearth's own data: `HEARTH_HOME`, by default `.hearth` in the home folder. Absolute. */
export function hearthHome(env: NodeJS.ProcessEnv = process.env): string {
  const chosen = env["HEARTH_HOME"];
  return chosen ? path.resolve(chosen) : path.join(os.homedir(), ".hearth");
}

/** Where KV states, and what was measured of the machine, are kept. */
export function stateDirectory(home = hearthHome()): string {
  return path.join(home, "states");
}

/** Where models are kept when the person names no folder. */
export function defaultModelDirectory(home = hearthHome()): string {
  return path.join(home, "models");
}
