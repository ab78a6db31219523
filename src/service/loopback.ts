import { isIPv4 } from "node:net";
import { HearthError } from "../common/errors";

/** Whether a host name or address can only be reached from this machine. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  return name === "localhost" || name === "::1" || (isIPv4(name) && name.startsWith("127."));
}

/** Throws "bad-use" for an address that other machines could reach: this version has no access control. */
export function assertLoopback(host: string): void {
  if (isLoopback(host)) return;
  throw new HearthError("bad-use", `The service listens on this machine only, and "${host}" is no loopback address.`, {
    remedy: "Leave --host out, or give 127.0.0.1, ::1 or localhost.",
  });
}

/**
 * Whether a request names this machine as its host. A web page that has pointed its own name at 127.0.0.1 (DNS
 * rebinding) names its own host, and is refused by that.
 */
export function namesLoopback(hostHeader: string | undefined): boolean {
  return hostHeader !== undefined && isLoopback(hostHeader.replace(/:\d+$/, ""));
}
