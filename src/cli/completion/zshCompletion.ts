import type { Offer, OfferedCommand } from "./commandTree";

/** A script to be sourced behind compinit, or to be kept as a file \`_hearth\` of the function path. */
export function zshCompletion(commands: readonly OfferedCommand[]): string {
  return `#compdef hearth
# Completion of hearth for zsh: source <(hearth completion zsh)
_hearth() {
  local command="" word
  local -a offered
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$command|$word" in
      ${commands.flatMap(({ name, commands: below }) => below.map((one) => `"${name}|${one.name}"`)).join("|")}) command="\${command:+$command }$word" ;;
    esac
  done
  case "$command|\${words[CURRENT-1]}" in
${lines(valueCases(commands))}
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    case "$command" in
${lines(commands.map(({ name, options }) => `"${name}") offered=(${options.map(({ long, description }) => described(long, description)).join(" ")}) ;;`))}
    esac
    _describe -o option offered
    return
  fi
  case "$command" in
${lines(commands.map((command) => `"${command.name}") ${argumentOffer(command)} ;;`))}
  esac
}
compdef _hearth hearth
if [[ "\${funcstack[1]}" == _hearth ]]; then _hearth "$@"; fi
`;
}

function valueCases(commands: readonly OfferedCommand[]): readonly string[] {
  const rows = commands.flatMap(({ name, options }) =>
    options.flatMap(({ long, short, value }) => (value ? [long, ...(short === undefined ? [] : [short])].map((flag) => [offer(value), `"${name}|${flag}"`] as const) : [])),
  );
  const actions = [...new Set(rows.map(([action]) => action))];
  return actions.map((action) => `${rows.filter(([own]) => own === action).map(([, pattern]) => pattern).join("|")}) ${action}; return ;;`);
}

function argumentOffer({ commands, argument }: OfferedCommand): string {
  if (commands.length === 0) return offer(argument);
  return `offered=(${commands.map(({ name, description }) => described(name, description)).join(" ")}); _describe command offered`;
}

function offer(value: Offer): string {
  switch (value.kind) {
    case "nothing":
      return ":";
    case "files":
      return "_files";
    case "folders":
      return "_files -/";
    case "words": {
      const named = `compadd -- ${value.words.join(" ")}`;
      return value.files ? `${named}; _files` : named;
    }
  }
}

/** As _describe takes it: the name, a colon, the text. */
function described(name: string, description: string): string {
  return quoted(`${name}:${description}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function lines(all: readonly string[]): string {
  return all.map((line) => `    ${line}`).join("\n");
}
