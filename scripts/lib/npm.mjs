import { run } from "./processes.mjs";

/** What an npm that runs this script tells its children about itself; it would be wrong for another Node or folder. */
const outerNpm = { npm_config_user_agent: undefined, npm_config_local_prefix: undefined };

/**
 * Runs npm quietly: the one that runs this script, else the one on PATH.
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string> }} [options]
 */
export function npm(args, { cwd, env = {} } = {}) {
  const options = { quiet: true, env: { ...outerNpm, ...env }, ...(cwd !== undefined && { cwd }) };
  const own = process.env["npm_execpath"];
  if (own?.endsWith(".js")) return run(process.execPath, [own, ...args], options);
  return run(process.platform === "win32" ? "npm.cmd" : "npm", args, options);
}
