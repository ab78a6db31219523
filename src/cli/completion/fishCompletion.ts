import type { Offer, OfferedCommand, OfferedOption } from "./commandTree";

/** A script for fish's folder of completions. */
export function fishCompletion(commands: readonly OfferedCommand[]): string {
  return `# Completion of hearth for fish: hearth completion fish > ~/.config/fish/completions/hearth.fish
function __hearth_is
  set -l typed (commandline -opc)
  set -e typed[1]
  set -l command ""
  for word in $typed
    switch "$command|$word"
      case ${commands.flatMap(({ name, commands: below }) => below.map((one) => quoted(`${name}|${one.name}`))).join(" ")}
        set command (string trim -- "$command $word")
    end
  end
  test "$command" = "$argv[1]"
end
complete -c hearth -f
${commands.flatMap(rows).join("\n")}
`;
}

function rows(command: OfferedCommand): readonly string[] {
  const start = `complete -c hearth -n ${quoted(`__hearth_is "${command.name}"`)}`;
  const below = command.commands.map(({ name, description }) => `${start} -a ${name} -d ${quoted(description)}`);
  const argument = command.commands.length === 0 ? argumentRow(command.argument) : undefined;
  return [...below, ...command.options.map((option) => `${start} ${optionRow(option)}`), ...(argument === undefined ? [] : [`${start} ${argument}`])];
}

function optionRow({ long, short, description, value }: OfferedOption): string {
  return [`-l ${long.slice(2)}`, ...(short === undefined ? [] : [`-s ${short.slice(1)}`]), ...(value ? [valueFlags(value)] : []), `-d ${quoted(description)}`].join(" ");
}

function valueFlags(value: Offer): string {
  switch (value.kind) {
    case "nothing":
      return "-x";
    case "files":
      return "-r -F";
    case "folders":
      return "-x -a '(__fish_complete_directories)'";
    case "words":
      return `${value.files ? "-r -F" : "-x"} -a ${quoted(value.words.join(" "))}`;
  }
}

function argumentRow(value: Offer): string | undefined {
  switch (value.kind) {
    case "nothing":
      return undefined;
    case "files":
      return "-F";
    case "folders":
      return "-a '(__fish_complete_directories)'";
    case "words":
      return `${value.files ? "-F " : ""}-a ${quoted(value.words.join(" "))}`;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
