import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { VirtualScreen } from "../terminal/virtualScreen";
import type { CliRun, FakeCli } from "./fakes";

/** Somebody at a terminal types each text when the screen shows what stands before it; then `typed` is called with it. */
export async function converse(
  cli: FakeCli,
  steps: readonly (readonly [see: RegExp, type: string])[],
  options: readonly string[] = ["--no-context"],
  typing: (text: string) => void = () => undefined,
): Promise<CliRun> {
  const home = await mkdtemp(path.join(os.tmpdir(), "hearth-chat-"));
  const keyboard = new PassThrough();
  cli.keyboard = keyboard;
  cli.env = { ...cli.env, HEARTH_HOME: home };
  const screen = new VirtualScreen(80, 40);
  let step = 0;
  cli.onOut = (text) => {
    screen.write(text);
    const [see, type] = steps[step] ?? [];
    if (see === undefined || type === undefined || !see.test(screen.text)) return;
    step++;
    typing(type);
    setImmediate(() => keyboard.write(type));
  };
  try {
    const result = await cli.run("chat", ...options);
    assert.equal(step, steps.length, `step ${step} was not reached:\n${screen.text}`);
    return result;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
