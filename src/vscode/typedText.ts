import { HearthError } from "../common/errors";
import { t } from "../common/l10n";
import { fillPrompt, type PromptFile, type PromptFiles, takesInput } from "../chat/promptFiles";
import { attachmentBlock } from "../chat/userMessage";
import type { Attachment } from "../chat/types";
import type { AskReply, ViewSlashCommand } from "../webview/protocol";
import { type ChatCommand, chatCommands, type CommandChat, type CommandEditor, helpName, ownNames } from "./composer/chatCommands";
import { nearNames } from "./composer/nearNames";

/** What stands behind the lines that are typed. */
export interface TypedServices {
  readonly editor: CommandEditor;
  /** The prompts that the workspace's folders hold. */
  readonly prompts: () => Promise<PromptFiles>;
  /** What a prompt names to be attached: a kind such as "selection", or a path. */
  readonly attachNamed: (name: string) => Promise<readonly Attachment[]>;
}

/** Takes what was typed in a chat: a question, or a command. */
export async function takeTyped(chat: CommandChat, text: string, services: TypedServices): Promise<AskReply> {
  const typed = parseTyped(text);
  if (!typed) {
    await chat.ask(text);
    return {};
  }
  const { name, input } = typed;
  const own = chatCommands.find((command) => command.name === name);
  if (own) return runOwn(own, chat, services, input);
  const files = await services.prompts();
  if (name === helpName) return { text: help(files, input) };
  const prompt = files.prompts.find((one) => one.name === name);
  if (!prompt) throw unknownCommand(name, files);
  await askPrompt(prompt, chat, services, input);
  return {};
}

/** The commands as the view completes them: Hearth's first, then the workspace's by name. */
export function slashCommands({ prompts }: PromptFiles): readonly ViewSlashCommand[] {
  const own = chatCommands.map(({ name, description, argument }): ViewSlashCommand => {
    return { name, description: description(), ...(argument && { argument: argument() }), source: "hearth" };
  });
  const theirs = prompts.map((prompt): ViewSlashCommand => {
    return { name: prompt.name, description: prompt.description, ...(takesInput(prompt) && { argument: t("[text]") }), source: "workspace" };
  });
  return [...own, { name: helpName, description: t("List the commands"), source: "hearth" }, ...theirs];
}

/** A line such as "/fix the loop". Undefined for a question; a path such as /etc/hosts begins one, and a comment such as // too. */
function parseTyped(text: string): { readonly name: string; readonly input: string } | undefined {
  const [, name, input = ""] = /^\/([a-z][\w-]*)?(?:\s+([\s\S]*))?$/i.exec(text.trim()) ?? [undefined, undefined];
  if (name === undefined && text.trim() !== "/") return undefined;
  return { name: name?.toLowerCase() ?? "", input: input.trim() };
}

async function runOwn(command: ChatCommand, chat: CommandChat, { editor }: TypedServices, input: string): Promise<AskReply> {
  if (input !== "" && !command.argument) throw takesNothing(command.name);
  return (await command.run(chat, editor, input)) ?? {};
}

async function askPrompt(prompt: PromptFile, chat: CommandChat, { editor, attachNamed }: TypedServices, input: string): Promise<void> {
  const selection = () => {
    const selected = editor.selection();
    if (selected) return attachmentBlock(selected);
    throw new HearthError("bad-use", t("/{0} works on selected code, and nothing is selected.", prompt.name), { remedy: t("Select code in an editor first.") });
  };
  const question = fillPrompt(prompt, { input, selection });
  const attached = await Promise.all(prompt.attachments.map(attachNamed));
  await chat.ask(question, attached.flat());
}

function help({ prompts, bad }: PromptFiles, input: string): string {
  if (input !== "") throw takesNothing(helpName);
  const rows = slashCommands({ prompts, bad }).map(({ name, argument, description }) => [argument === undefined ? `/${name}` : `/${name} ${argument}`, description]);
  const faults = bad.map(({ path, problem }) => t("{0} cannot be used: {1}", path, problem));
  return [...rows.map(([usage, description]) => `${usage ?? ""}  ${description ?? ""}`), ...faults].join("\n");
}

function takesNothing(name: string): HearthError {
  return new HearthError("bad-use", t("/{0} takes no arguments.", name));
}

/** Names the commands that were perhaps meant, and the file that was to be this one and cannot be used. */
function unknownCommand(name: string, { prompts, bad }: PromptFiles): HearthError {
  const broken = bad.find(({ path }) => path.toLowerCase().endsWith(`/${name}.md`));
  if (broken) return new HearthError("bad-use", t("{0} cannot be used: {1}", broken.path, broken.problem), { remedy: t("Correct the file.") });
  const near = nearNames(name, [...ownNames, ...prompts.map((prompt) => prompt.name)]).map((one) => `/${one}`);
  const remedy = near.length > 0 ? t("Did you mean {0}? /help lists the commands.", near.join(", ")) : t("/help lists the commands.");
  return new HearthError("bad-use", t('The chat has no command "/{0}".', name), { remedy });
}
