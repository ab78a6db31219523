import type { ChatSettings } from "../chat/types";
import { openChatInput } from "./chatInput";
import { ChatLoop } from "./chatLoop";
import { type CommandAction, contextRoots, engineConfig, using } from "./command";
import { withPassingSession } from "./passingSession";

/** `hearth chat`: a conversation at a terminal, or over lines from a pipe. */
export const chatCommand: CommandAction = async (run) => {
  const settings: { current: ChatSettings } = { current: run.options.settings };
  const setup = { engine: engineConfig(run, 1), roots: contextRoots(run), settings: () => settings.current, log: run.log };
  return using(run.log, run.cores.open(setup), async (core) => {
    const input = openChatInput(run.terminal, { json: run.options.json, stop: run.stop });
    try {
      return await withPassingSession(core, run.log, (session) => new ChatLoop(run, { index: core.index, session }, input, settings).run());
    } finally {
      input.close();
    }
  });
};
