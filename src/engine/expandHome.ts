import { homedir } from "node:os";

/** `given` with a leading `~` (alone, or before a slash) replaced by the home folder. */
export function expandHome(given: string, home = homedir()): string {
  return given.replace(/^~(?=$|[\\/])/, () => home);
}
