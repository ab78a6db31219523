/**
 * A line of the log without what people wrote: a parser, for one, quotes the text that it cannot read. What stands in
 * double quotes or backticks goes, the home folder becomes `~`, and credentials leave addresses.
 */
export function redactedLine(line: string, home: string): string {
  return withoutCredentials(shortPaths(line, home)).replace(/"[^"]*"?/g, '"…"').replace(/`[^`]*`?/g, "`…`");
}

/** The home folder, which names the person, as `~`. */
export function shortPaths(text: string, home: string): string {
  return home === "" ? text : text.replaceAll(home, "~");
}

/** Names of servers' machines as "…": they tell of a network. Names of this machine stay. */
export function withoutServers(text: string, urls: readonly string[]): string {
  const hosts = urls.filter((url) => URL.canParse(url)).flatMap((url) => [new URL(url).host, new URL(url).hostname]);
  const strange = hosts.filter((host) => !/^(localhost|127\.0\.0\.1|\[::1\])(:|$)/.test(host));
  return strange.reduce((shown, host) => shown.replaceAll(host, "…"), text);
}

function withoutCredentials(text: string): string {
  return text.replace(/(\w+:\/\/)[^\s/@]+@/g, "$1…@");
}
