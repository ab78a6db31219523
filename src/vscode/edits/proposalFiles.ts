import { Disposable, EventEmitter, type FileChangeEvent, FileChangeType, FileSystemError, type FileStat, type FileSystemProvider, FileType, Uri, workspace } from "vscode";

export const proposalScheme = "hearth-proposal";

interface StoredText {
  readonly bytes: Uint8Array;
  readonly createdAt: number;
  /** Later with each change, also within a millisecond: the editor reads a file again when its time is another one. */
  readonly changedAt: number;
}

/** Proposed texts as files in memory, so that the editor shows them, colours them and lets them be changed. */
export class ProposalFiles implements FileSystemProvider {
  readonly #files = new Map<string, StoredText>();
  readonly #changed = new EventEmitter<FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;
  #count = 0;

  /** A name for a new proposal: the file's own path, so that it is shown in the same language. */
  uriFor(real: Uri): Uri {
    return Uri.from({ scheme: proposalScheme, path: real.path.startsWith("/") ? real.path : `/${real.path}`, query: String(++this.#count) });
  }

  has(uri: Uri): boolean {
    return this.#files.has(uri.toString());
  }

  /** Puts a text in the place of what was there; an editor that shows it follows. */
  async put(uri: Uri, text: string): Promise<void> {
    const isNew = !this.has(uri);
    this.#store(uri, await workspace.encode(text, { uri }));
    this.#changed.fire([{ uri, type: isNew ? FileChangeType.Created : FileChangeType.Changed }]);
  }

  remove(uri: Uri): void {
    if (this.#files.delete(uri.toString())) this.#changed.fire([{ uri, type: FileChangeType.Deleted }]);
  }

  stat(uri: Uri): FileStat {
    const { bytes, createdAt, changedAt } = this.#file(uri);
    return { type: FileType.File, ctime: createdAt, mtime: changedAt, size: bytes.length };
  }

  readFile(uri: Uri): Uint8Array {
    return this.#file(uri).bytes;
  }

  /** What the person saves on the proposal's side. */
  writeFile(uri: Uri, bytes: Uint8Array): void {
    this.#file(uri);
    this.#store(uri, bytes);
  }

  watch(): Disposable {
    return new Disposable(() => undefined);
  }

  readDirectory(): [string, FileType][] {
    return [];
  }

  createDirectory(uri: Uri): void {
    throw FileSystemError.NoPermissions(uri);
  }

  delete(uri: Uri): void {
    throw FileSystemError.NoPermissions(uri);
  }

  rename(uri: Uri): void {
    throw FileSystemError.NoPermissions(uri);
  }

  #store(uri: Uri, bytes: Uint8Array): void {
    const before = this.#files.get(uri.toString());
    const now = Math.max(Date.now(), (before?.changedAt ?? 0) + 1);
    this.#files.set(uri.toString(), { bytes, createdAt: before?.createdAt ?? now, changedAt: now });
  }

  #file(uri: Uri): StoredText {
    const file = this.#files.get(uri.toString());
    if (!file) throw FileSystemError.FileNotFound(uri);
    return file;
  }
}
