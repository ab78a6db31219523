/**
 * A name of its own for each folder of the workspace, in the same order: the folder's, as the editor shows it, with a
 * number behind it where an earlier folder has that name. Slashes would end the name in a path, so they become dashes.
 */
export function folderNames(names: readonly string[]): readonly string[] {
  const wanted = names.map((name) => name.replaceAll(/[\\/]/g, "-"));
  const taken = new Set<string>();
  return wanted.map((name) => {
    const own = firstFree(name, (one) => taken.has(one) || (one !== name && wanted.includes(one)));
    taken.add(own);
    return own;
  });
}

function firstFree(name: string, isTaken: (name: string) => boolean): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!isTaken(candidate)) return candidate;
  }
}
