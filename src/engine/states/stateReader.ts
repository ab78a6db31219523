import { link, stat } from "node:fs/promises";
import { describeError, systemCode } from "../../common/errors";
import type { SequencePort } from "../runtime";
import { fileSha256 } from "./fileSha256";
import { working } from "./leftovers";
import type { Sidecar } from "./sidecar";
import type { StateFolder } from "./stateFolder";

export type LoadOutcome =
  | { readonly kind: "loaded" }
  /** Removed since it was looked at last. */
  | { readonly kind: "gone" }
  | { readonly kind: "damaged"; readonly reason: string }
  /** Nothing is known to be wrong with the file itself. */
  | { readonly kind: "refused"; readonly reason: string };

/** Errors of file systems that have no hard links, or to which nothing may be written; the file's own name has to do there. */
const noLinks = new Set(["EPERM", "EACCES", "EROFS", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EXDEV", "EINVAL"]);

/**
 * Verifies a state file against its sidecar and loads it. It is given a name of our own before, so that what was
 * verified is what is loaded, whatever other processes rename or remove meanwhile. Unless it was loaded, the row is
 * empty or as it was.
 */
export function loadVerified(folder: StateFolder, id: string, sidecar: Sidecar, sequence: SequencePort): Promise<LoadOutcome> {
  const ownId = folder.newId();
  return working(ownId, async () => {
    const ownName = folder.file(ownId, "link.tmp");
    try {
      return await verifyAndLoad(await nameAnew(folder.file(id, "kv"), ownName), sidecar, sequence);
    } catch (error) {
      return systemCode(error) === "ENOENT" ? { kind: "gone" } : { kind: "refused", reason: describeError(error) };
    } finally {
      await folder.remove(ownName);
    }
  });
}

async function nameAnew(file: string, ownName: string): Promise<string> {
  try {
    await link(file, ownName);
    return ownName;
  } catch (error) {
    if (noLinks.has(systemCode(error) ?? "")) return file;
    throw error;
  }
}

async function verifyAndLoad(file: string, sidecar: Sidecar, sequence: SequencePort): Promise<LoadOutcome> {
  const seen = await stampOf(file);
  const reason = (await findDamage(file, sidecar)) ?? (await loadRow(file, seen, sidecar, sequence));
  return reason === undefined ? { kind: "loaded" } : { kind: "damaged", reason };
}

async function findDamage(file: string, { bytes, sha256 }: Sidecar): Promise<string | undefined> {
  const { size } = await stat(file);
  if (size !== bytes) return `it has ${size} bytes instead of ${bytes}`;
  return (await fileSha256(file)) === sha256 ? undefined : "its SHA-256 differs";
}

/** Undefined when the row holds the state; otherwise why it is empty. */
async function loadRow(file: string, seen: string, { tokens }: Sidecar, sequence: SequencePort): Promise<string | undefined> {
  if ((await stampOf(file)) !== seen) return changed;
  const loaded = await sequence.loadState(file);
  const reason = differentTokens(loaded, tokens) ?? ((await stampOf(file)) === seen ? undefined : changed);
  if (reason !== undefined) await empty(sequence);
  return reason;
}

const changed = "it changed while it was read";

function differentTokens(loaded: readonly number[], expected: readonly number[]): string | undefined {
  const same = loaded.length === expected.length && loaded.every((token, at) => token === expected[at]);
  return same ? undefined : "it holds other tokens than its sidecar says";
}

async function empty(sequence: SequencePort): Promise<void> {
  if (sequence.length > 0) await sequence.eraseTail(0);
}

/** Changes when the content does; links and removals of other names do not count. */
async function stampOf(file: string): Promise<string> {
  const stats = await stat(file, { bigint: true }).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  });
  return stats ? `${stats.ino}/${stats.size}/${stats.mtimeNs}` : "gone";
}
