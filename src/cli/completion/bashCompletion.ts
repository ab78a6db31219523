import type { Offer, OfferedCommand } from "./commandTree";

/** A script for bash 3.2 and later, which needs nothing but bash. */
export function bashCompletion(commands: readonly OfferedCommand[]): string {
  return `# Completion of hearth for bash: source <(hearth completion bash)
_hearth() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" word at
  local IFS=$'\\n'
  COMPREPLY=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    word="\${COMP_WORDS[at]}"
    case "$command|$word" in
      ${stepPatterns(commands)}) command="\${command:+$command }$word" ;;
    esac
  done
  case "$command|$previous" in
${lines(valueCases(commands))}
  esac
  if [[ $current == -* ]]; then
    case "$command" in
${lines(commands.map(({ name, options }) => `"${name}") COMPREPLY=($(compgen -W ${words(options.map(({ long }) => long))} -- "$current")) ;;`))}
    esac
    return
  fi
  case "$command" in
${lines(commands.map((command) => `"${command.name}") ${argumentOffer(command)} ;;`))}
  esac
}
complete -o default -F _hearth hearth
`;
}

/** The words that lead from a command to one below it: \`"models|fit"\`. */
function stepPatterns(commands: readonly OfferedCommand[]): string {
  return commands.flatMap(({ name, commands: below }) => below.map((one) => `"${name}|${one.name}"`)).join("|");
}

function valueCases(commands: readonly OfferedCommand[]): readonly string[] {
  const cases = new Map<string, string[]>();
  for (const { name, options } of commands) {
    for (const { long, short, value } of options) {
      if (!value) continue;
      const patterns = [long, ...(short === undefined ? [] : [short])].map((flag) => `"${name}|${flag}"`);
      cases.set(offer(value), [...(cases.get(offer(value)) ?? []), ...patterns]);
    }
  }
  return [...cases].map(([action, patterns]) => `${patterns.join("|")}) ${action}; return ;;`);
}

function argumentOffer({ commands, argument }: OfferedCommand): string {
  return commands.length > 0 ? offer({ kind: "words", words: commands.map(({ name }) => name), files: false }) : offer(argument);
}

function offer(value: Offer): string {
  switch (value.kind) {
    case "nothing":
      return ":";
    case "files":
      return 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current"))';
    case "folders":
      return 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$current"))';
    case "words": {
      const named = `$(compgen -W ${words(value.words)} -- "$current")`;
      return value.files ? `compopt -o filenames 2>/dev/null; COMPREPLY=(${named} $(compgen -f -- "$current"))` : `COMPREPLY=(${named})`;
    }
  }
}

/** One a line: the function splits at line ends alone, so that file names keep their spaces. */
function words(all: readonly string[]): string {
  return `$'${all.join("\\n")}'`;
}

function lines(all: readonly string[]): string {
  return all.map((line) => `    ${line}`).join("\n");
}
