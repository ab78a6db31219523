import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import { cleanCode } from "./extractCode";

/** What a person can take in before they agree. */
const mostLines = 40;
const mostCharacters = 4000;
/** Could do something else than what is shown: control characters, and marks that turn the reading direction. */
const hidden = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/;

/**
 * The commands of a code block as they go to a terminal: of a block that shows prompts only what was typed behind them.
 * Throws "bad-use" for what nobody can agree to, since it is too long or hides something.
 */
export function shellCommands(code: string): string {
  const lines = cleanCode(code).split("\n").map((line) => line.trimEnd());
  const typed = lines.filter((line) => /^\s*[$>] /.test(line)).map((line) => line.replace(/^\s*[$>] /, ""));
  const commands = (typed.length > 0 ? typed : lines).join("\n").trim();
  if (commands === "") throw new HearthError("bad-use", t("There is nothing to run."));
  if (hidden.test(commands)) throw new HearthError("bad-use", t("The command has characters that cannot be seen, so it is not run."), { remedy: t("Copy it, and look at it in an editor.") });
  if (commands.length > mostCharacters || commands.split("\n").length > mostLines) {
    throw new HearthError("bad-use", t("This is too long to be looked through before it runs."), { remedy: t("Open it as a new file, and run that.") });
  }
  return commands;
}
