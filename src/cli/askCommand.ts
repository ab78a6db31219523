import { readFile } from "node:fs/promises";
import path from "node:path";
import { text as readAll } from "node:stream/consumers";
import { HearthError } from "../common/errors";
import { codeAttachment } from "../chat/attachmentText";
import type { Attachment, Question } from "../chat/types";
import { expandHome } from "../engine/expandHome";
import { prepareContext, reportAnswer } from "./answer";
import { type CommandAction, type CommandRun, contextRoots, engineConfig, using } from "./command";
import { exitCodes } from "./exitCodes";
import { fileAttachment } from "./fileAttachment";
import { withPassingSession } from "./passingSession";

export interface AskOptions {
  /** Files to attach, as given. */
  readonly file?: readonly string[];
  /** A file that holds the question, as given. */
  readonly from?: string;
}

/** `hearth ask`: one question, one answer. */
export function askCommand(words: readonly string[], options: AskOptions = {}): CommandAction {
  return async (run) => {
    const question = await readQuestion(words, options, run);
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

/** The words, then what --from names. Without both, what is piped in is the question. Throws "bad-use" when nothing is asked. */
async function readQuestion(words: readonly string[], { file = [], from }: AskOptions, run: CommandRun): Promise<Question> {
  const isAsked = words.length > 0 || from !== undefined;
  const isPiped = words.includes("-") || file.includes("-") || from === "-" || (!isAsked && !run.terminal.isInputTty);
  const piped = isPiped ? await readPiped(run) : "";
  const typed = words.map((word) => (word === "-" ? piped.trim() : word)).join(" ");
  const parts = [typed, ...(from === undefined ? [] : [from === "-" ? piped : await readText(from, run)]), ...(isAsked || file.includes("-") ? [] : [piped])];
  const text = parts.map((part) => part.trim()).filter(Boolean).join("\n\n");
  if (text === "") throw noQuestion();
  return { text, attachments: await Promise.all(file.map((name) => attachmentOf(name, piped, run))) };
}

/** At a terminal somebody is told what is waited for. */
async function readPiped({ terminal }: CommandRun): Promise<string> {
  if (terminal.isInputTty) terminal.err("Type or paste the text; Ctrl+D on a line of its own ends it.\n");
  return readAll(terminal.input);
}

async function readText(name: string, { surroundings }: CommandRun): Promise<string> {
  try {
    return await readFile(path.resolve(surroundings.cwd, expandHome(name)), "utf8");
  } catch (cause) {
    throw new HearthError("bad-use", `The question cannot be read from ${name}.`, { cause, remedy: "See that the path is right and that you may read the file." });
  }
}

async function attachmentOf(name: string, piped: string, { surroundings }: CommandRun): Promise<Attachment> {
  return name === "-" ? pipedAttachment(piped) : fileAttachment(name, surroundings.cwd);
}

function pipedAttachment(text: string): Attachment {
  if (text.trim() === "") throw new HearthError("bad-use", "Nothing was piped in that could be attached.", { remedy: "Leave out --file -, or pipe a text in." });
  return codeAttachment({ path: "stdin", language: "plaintext", startLine: 1, text: text.replace(/\n$/, ""), source: "paste" });
}

function noQuestion(): HearthError {
  return new HearthError("bad-use", "There is no question.", { remedy: 'Ask with hearth ask "…", or pipe a question in.' });
}
