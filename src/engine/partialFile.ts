import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { HearthError, systemCode } from "../common/errors";
import { t } from "../common/l10n";

/** A download that is not whole yet: `FILE.part`, the version it belongs to in `FILE.part.version`, and a lock. */
export class PartialFile {
  readonly path: string;
  private readonly versionPath: string;

  private constructor(
    private readonly target: string,
    private readonly lockPath: string,
  ) {
    this.path = `${target}.part`;
    this.versionPath = `${this.path}.version`;
  }

  /** Throws "download-failed" while another process writes the same file. Call `release` in the end. */
  static async claim(target: string): Promise<PartialFile> {
    const lockPath = `${target}.part.lock`;
    for (let attempt = 0; attempt < 3; attempt++) {
      if (await createLock(lockPath)) return new PartialFile(target, lockPath);
      const owner = await lockOwner(lockPath);
      if (owner !== undefined && isAlive(owner)) throw alreadyRunning(target, lockPath, owner);
      await rm(lockPath, { force: true });
    }
    throw alreadyRunning(target, lockPath, undefined);
  }

  /** A download of which nothing has come leaves nothing. */
  async release(): Promise<void> {
    if ((await this.size()) === 0) await this.discard();
    await rm(this.lockPath, { force: true });
  }

  /** Bytes that are here already. */
  async size(): Promise<number> {
    return stat(this.path).then(
      ({ size }) => size,
      () => 0,
    );
  }

  /** The version that the bytes belong to, as `keepVersion` was told. */
  async version(): Promise<string | undefined> {
    return readFile(this.versionPath, "utf8").catch(() => undefined);
  }

  async keepVersion(version: string | undefined): Promise<void> {
    if (version === undefined) await rm(this.versionPath, { force: true });
    else await writeFile(this.versionPath, version);
  }

  /** Opens for writing at `offset`; what stands after it is cut. */
  async openAt(offset: number): Promise<FileHandle> {
    const handle = await open(this.path, offset === 0 ? "w" : "r+");
    await handle.truncate(offset);
    return handle;
  }

  /** Gives the whole file its name, for good. */
  async finish(): Promise<void> {
    await rename(this.path, this.target);
    await rm(this.versionPath, { force: true });
  }

  async discard(): Promise<void> {
    await rm(this.path, { force: true });
    await rm(this.versionPath, { force: true });
  }
}

async function createLock(lockPath: string): Promise<boolean> {
  try {
    await writeFile(lockPath, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw error;
  }
}

async function lockOwner(lockPath: string): Promise<number | undefined> {
  const pid = Number(await readFile(lockPath, "utf8").catch(() => ""));
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === "EPERM";
  }
}

function alreadyRunning(target: string, lockPath: string, owner: number | undefined): HearthError {
  const message = owner === undefined ? t("{0} is being downloaded already.", target) : t("{0} is being downloaded already by process {1}.", target, owner);
  return new HearthError("download-failed", message, {
    remedy: t("Wait for it; if no download runs, delete {0} and try again.", lockPath),
  });
}
