import { withParameter } from "../chat/generationParameters";
import { memoryStore } from "../chat/memoryStore";
import { findParameter } from "../chat/slashCommands";
import { describeError } from "../common/errors";
import { hearthHome } from "../common/hearthHome";
import type { Log } from "../common/log";
import { chatCompleter } from "./chat/chatCompleter";
import { type ChatInput, editedInput, pipedInput } from "./chat/chatInput";
import type { ChatState } from "./chat/chatCommands";
import { ChatLoop } from "./chat/chatLoop";
import { CurrentSession } from "./chat/currentSession";
import { appendHistory, historyFile, readHistory } from "./chat/historyFile";
import { type CommandAction, type CommandRun, contextRoots, engineConfig, using } from "./command";
import type { Core } from "./core";
import { InputHistory } from "./editor/inputHistory";

export interface ChatOptions {
  /** Questions before the current one that the model sees; absent: all that fit. */
  readonly turns?: number;
}

/** `hearth chat`: a conversation at a terminal, or over lines from a pipe. */
export function chatCommand(options: ChatOptions = {}): CommandAction {
  return async (run) => {
    const store = memoryStore();
    const held: { state?: ChatState; input?: ChatInput } = {};
    const log = logAbove(run.log, held);
    const settings = startSettings(run, options);
    const config = engineConfig(run, 1);
    const setup = { engine: config, roots: allRoots(run), settings: () => held.state?.settings ?? settings, store, log };
    return using(run.log, run.cores.open(setup), async (core) => {
      const current = new CurrentSession(core, store, log);
      const state: ChatState = (held.state = { run, core, current, settings, config, attachments: [] });
      const input = (held.input = await openInput(run, core));
      try {
        return await new ChatLoop(state, input).run();
      } finally {
        input.close();
        await current.end();
      }
    });
  };
}

function startSettings({ options: { settings } }: CommandRun, { turns }: ChatOptions) {
  const parameter = findParameter("turns");
  return turns === undefined || !parameter ? settings : withParameter(settings, parameter, turns);
}

/** Those of the workspace even when it does not count from the start: `/context on` is to find it. Nothing is read before. */
function allRoots(run: CommandRun) {
  const { settings } = run.options;
  return contextRoots({ ...run, options: { ...run.options, settings: { ...settings, useContext: true } } });
}

/** A line of the log must not stand in the middle of what somebody types. */
function logAbove(log: Log, held: { readonly input?: ChatInput }): Log {
  return {
    write(level, message) {
      const write = () => log.write(level, message);
      if (held.input) held.input.above(write);
      else write();
    },
  };
}

/** A line editor at a terminal, plain lines from a pipe, from a terminal that cannot redraw, or under --json. */
async function openInput(run: CommandRun, core: Core): Promise<ChatInput> {
  const { terminal, options, stop } = run;
  if (!terminal.isInputTty || !terminal.canRedraw || options.json) return pipedInput(terminal, stop);
  const complete = chatCompleter({ cwd: run.surroundings.cwd, models: () => modelNames(core) });
  return editedInput({ terminal, history: await openHistory(run), complete, stop });
}

async function modelNames({ engine }: Core): Promise<readonly string[]> {
  const listed = await engine.models().catch(() => []);
  return listed.filter(({ role, file }) => role === "chat" && file !== undefined).map(({ id }) => id);
}

/** A history that cannot be read or written is no reason not to chat. */
async function openHistory({ surroundings, log }: CommandRun): Promise<InputHistory> {
  const file = historyFile(hearthHome(surroundings.env));
  const failed = (error: unknown) => log.write("warn", `The history of inputs is not kept: ${describeError(error)}`);
  const earlier = await readHistory(file).catch((error: unknown) => {
    failed(error);
    return [];
  });
  return new InputHistory(earlier, (input) => {
    try {
      appendHistory(file, input);
    } catch (error) {
      failed(error);
    }
  });
}
