import { Argument, type Command } from "commander";
import { bashCompletion } from "./bashCompletion";
import { commandTree, type OfferedCommand } from "./commandTree";
import { fishCompletion } from "./fishCompletion";
import { zshCompletion } from "./zshCompletion";

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const satisfies Record<string, (commands: readonly OfferedCommand[]) => string>;

type Shell = keyof typeof scripts;

/** Adds `hearth completion SHELL`, which prints a script that completes every command and option of the program. */
export function addCompletion(program: Command, out: (text: string) => void): void {
  program
    .command("completion")
    .description("print a script with which a shell completes commands and options")
    .addArgument(new Argument("<shell>", "the shell").choices(Object.keys(scripts)))
    .action((shell: Shell) => out(scripts[shell](commandTree(program))));
}
