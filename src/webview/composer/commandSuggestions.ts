import { t } from "../../common/l10n";
import type { ViewSlashCommand } from "../protocol";
import type { Shell } from "../shell";
import type { Suggestion, Suggestions } from "./suggestionList";
import { replaceText } from "./textEdit";
import type { Trigger } from "./trigger";

/** What a leading `/` offers; `onKnown` is told the names of all commands. */
export async function commandSuggestions(
  shell: Pick<Shell, "request">,
  field: HTMLTextAreaElement,
  trigger: Trigger,
  onKnown: (names: readonly string[]) => void,
): Promise<Suggestions | undefined> {
  const commands = await shell.request("slashCommands", {});
  if (!commands) return undefined;
  onKnown(commands.map(({ name }) => name));
  return { title: t("Commands"), rows: rankCommands(commands, trigger.query).map((one) => suggestion(one, field, trigger)) };
}

/** The commands that a query fits: those whose name begins with it, then those that hold it. The one it names comes first. */
export function rankCommands(commands: readonly ViewSlashCommand[], query: string): readonly ViewSlashCommand[] {
  const wanted = query.toLowerCase();
  const rank = ({ name }: ViewSlashCommand) => {
    const known = name.toLowerCase();
    if (known === wanted) return 0;
    return known.startsWith(wanted) ? 1 : 2;
  };
  return commands.filter(({ name }) => name.toLowerCase().includes(wanted)).toSorted((one, other) => rank(one) - rank(other));
}

function suggestion({ name, argument, description, source }: ViewSlashCommand, field: HTMLTextAreaElement, { start, query }: Trigger): Suggestion {
  return {
    icon: source === "workspace" ? "prompt" : "command",
    label: `/${name}`,
    ...(argument !== undefined && { argument }),
    detail: description,
    typed: query.toLowerCase() === name.toLowerCase(),
    choose: () => replaceText(field, start, field.selectionEnd, argument === undefined ? `/${name}` : `/${name} `),
    ...(source === "workspace" && { badge: t("workspace") }),
  };
}
