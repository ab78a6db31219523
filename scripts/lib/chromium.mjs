// The browser that the tests drive.
import { isExecutable, placesOnPath } from "./executable.mjs";
import { PlainError } from "./progress.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"];
const macPlaces = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium"];
const windowsPlaces = ["Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe"];

/** Headless, without a sandbox (tests may run as root) and without any request of its own. */
export const chromiumFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * The path of a Chromium: the one that CHROMIUM_EXECUTABLE names, else one on PATH or in the usual places.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {(file: string) => boolean} [isProgram]
 */
export function findChromium(env = process.env, isProgram = isExecutable) {
  const named = env["CHROMIUM_EXECUTABLE"];
  if (named) {
    if (isProgram(named)) return named;
    throw new PlainError(`CHROMIUM_EXECUTABLE names ${named}, which is not there or cannot be run.`);
  }
  const found = candidates(env).find(isProgram);
  if (found) return found;
  throw new PlainError(
    "No Chromium was found; these tests drive VS Code in one. On Debian or Ubuntu: apt-get install -y chromium\n" +
      "Elsewhere install Chrome or Chromium, or name its program in CHROMIUM_EXECUTABLE.",
  );
}

function candidates(/** @type {NodeJS.ProcessEnv} */ env) {
  const programFiles = [env["PROGRAMFILES"], env["PROGRAMFILES(X86)"]].filter((folder) => folder !== undefined);
  return [...placesOnPath(env, names), ...macPlaces, ...programFiles.flatMap((folder) => windowsPlaces.map((place) => `${folder}/${place}`))];
}
