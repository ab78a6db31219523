import { Uri } from "vscode";
import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import type { ChatController } from "../chatController";
import type { CommandId } from "../commandIds";
import type { Composer } from "./createComposer";
import { terminalSelection } from "./sources/terminal";

export interface ComposerCommandDeps {
  readonly composer: Pick<Composer, "attachFiles" | "editor">;
  /** The chat that what was chosen goes to, brought on screen. */
  readonly chat: () => Promise<ChatController>;
}

type Handlers = Readonly<Record<Extract<CommandId, "hearth.attachFile" | "hearth.attachTerminalSelection">, (...chosen: readonly unknown[]) => unknown>>;

/** Commands that put something into the next question. */
export function composerCommands({ composer, chat }: ComposerCommandDeps): Handlers {
  return {
    async "hearth.attachFile"(...chosen) {
      const uris = chosenUris(chosen, composer);
      const shown = await chat();
      await composer.attachFiles(uris, (attachments) => shown.attach(...attachments));
    },
    async "hearth.attachTerminalSelection"() {
      // First, since showing the chat takes the focus from the terminal.
      const attachment = await terminalSelection();
      (await chat()).attach(attachment);
    },
  };
}

/** An explorer hands over the row that was clicked, then all that are selected; the palette nothing: then it is the file in front. */
function chosenUris([clicked, selected]: readonly unknown[], { editor }: Pick<Composer, "editor">): readonly Uri[] {
  const all = Array.isArray(selected) ? selected.filter((uri) => uri instanceof Uri) : [];
  if (all.length > 0) return all;
  if (clicked instanceof Uri) return [clicked];
  const front = editor.document();
  if (front) return [front];
  throw new HearthError("bad-use", t("No file is open."), { remedy: t("Open a file, or choose one in the explorer.") });
}
