import Mocha from "mocha";
import { eventReporter } from "../../scripts/stages/eventReporter.mjs";
import { tell } from "./report";

/** Imported only once mocha's globals are there; activation first, before anything loads a model. */
const suites = [
  () => import("./activation.host"),
  () => import("./settings.host"),
  () => import("./memorySettings.host"),
  () => import("./index.host"),
  () => import("./edits.host"),
  () => import("./chat.host"),
  () => import("./composer.host"),
  () => import("./rules.host"),
  () => import("./languageModel.host"),
  () => import("./responsiveness.host"),
];

/** Called by the editor inside its extension host. */
export async function run(): Promise<void> {
  tell({ type: "start", pid: process.pid });
  const mocha = createMocha();
  try {
    for (const load of suites) await load();
  } catch (error) {
    tell({ type: "fail", title: "loading the suites", error: String(error instanceof Error ? error.stack : error) });
    tell({ type: "end" });
    throw error;
  }
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} tests failed.`);
}

function createMocha(): Mocha {
  const grep = process.env["HEARTH_TEST_GREP"];
  const mocha = new Mocha({ timeout: 120_000, forbidOnly: true, forbidPending: true, reporter: eventReporter(tell), ...(grep && { grep }) });
  mocha.suite.emit("pre-require", globalThis, "", mocha);
  return mocha;
}
