import { text as readAll } from "node:stream/consumers";
import { HearthError } from "../common/errors";
import { prepareContext, reportAnswer } from "./answer";
import { type CommandAction, type CommandRun, contextRoots, engineConfig, using } from "./command";
import { exitCodes } from "./exitCodes";
import { withPassingSession } from "./passingSession";
import type { Terminal } from "./terminal";

/** `hearth ask`: one question, one answer. */
export function askCommand(words: readonly string[]): CommandAction {
  return async (run) => {
    const question = await readQuestion(words, run.terminal);
    return using(run.log, openCore(run), async (core) => {
      const { reporter, stop } = run;
      await prepareContext(core.index, reporter, stop);
      if (stop.aborted) return exitCodes.stopped;
      return withPassingSession(core, run.log, (session) => reportAnswer(session, question, reporter, stop));
    });
  };
}

function openCore(run: CommandRun) {
  const { settings } = run.options;
  return run.cores.open({ engine: engineConfig(run, 1), roots: contextRoots(run), settings: () => settings, log: run.log });
}

/** The words; a `-` among them stands for what is piped in, and so do no words at all. Throws "bad-use" when nothing is asked. */
async function readQuestion(words: readonly string[], terminal: Terminal): Promise<string> {
  const fromInput = words.includes("-") || (words.length === 0 && !terminal.isInputTty);
  const piped = fromInput ? (await readAll(terminal.input)).trim() : "";
  const question = (words.length === 0 ? [piped] : words.map((word) => (word === "-" ? piped : word))).join(" ").trim();
  if (question !== "") return question;
  throw new HearthError("bad-use", "There is no question.", { remedy: 'Ask with hearth ask "…", or pipe a question in.' });
}
