/** A file in one of the workspace's folders. */
export interface FolderFile {
  /** Position of the folder in the workspace. */
  readonly folder: number;
  /** Relative to that folder, with forward slashes. */
  readonly path: string;
}

/**
 * The files that such a name may mean, the likeliest first. A conversation may be older than the workspace's other
 * folders, or younger than one that has left since: a name is tried with and without a folder's name before it.
 */
export function filesOf(names: readonly string[], label: string): readonly FolderFile[] {
  const named = names.flatMap((name, folder) => (label.startsWith(`${name}/`) ? [{ folder, path: label.slice(name.length + 1) }] : []));
  const plain = names.map((_, folder) => ({ folder, path: label }));
  return names.length > 1 ? [...named, ...plain] : [...plain, ...named];
}
