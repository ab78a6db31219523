/** Definitions of a file that are listed. */
const mostDefinitions = 20;

/** Paths one a line, each with the definitions in it under it. */
export function folderListing(paths: readonly string[], definitions: ReadonlyMap<string, readonly string[]>): string {
  return paths.flatMap((path) => [path, ...definitionLines(definitions.get(path) ?? [])]).join("\n");
}

function definitionLines(signatures: readonly string[]): readonly string[] {
  const rest = signatures.length - mostDefinitions;
  const shown = signatures.slice(0, mostDefinitions).map((signature) => `  ${signature}`);
  return rest > 0 ? [...shown, `  … and ${rest} more`] : shown;
}
