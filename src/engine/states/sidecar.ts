import { createHash } from "node:crypto";
import * as v from "valibot";
import { describeError } from "../../common/errors";
import { kvCacheTypes } from "../ports";
import type { TokenPart } from "./savedStates";
import type { StateIdentity } from "./stateIdentity";

/** Raised when the shape changes; files of another version are left to the version that wrote them. */
const version = 1;

/** What is known of a state file: what it must be, what it belongs to and what it holds. */
export interface Sidecar {
  readonly identity: StateIdentity;
  readonly conversation: string;
  /** Of the state file, as its SHA-256 (hex). */
  readonly bytes: number;
  readonly sha256: string;
  readonly tokens: readonly number[];
  readonly parts: readonly TokenPart[];
  /** Milliseconds since 1970. When it was last used stands in the sidecar file's own modification time. */
  readonly createdAt: number;
  /** What evaluating was measured to cost, for a process that has not evaluated anything yet. */
  readonly prefillTokensPerSecond: number;
}

export type SidecarReading =
  | { readonly kind: "sound"; readonly sidecar: Sidecar }
  /** Of another version of the format. */
  | { readonly kind: "foreign" }
  | { readonly kind: "damaged"; readonly reason: string };

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const token = v.pipe(count, v.maxValue(2 ** 31 - 1));
const body = v.pipe(
  v.object({
    identity: v.object({
      modelHash: v.string(),
      libraryVersion: v.string(),
      sequences: count,
      contextSize: count,
      kvCacheType: v.picklist(kvCacheTypes),
      flashAttention: v.boolean(),
      device: v.string(),
      gpuLayers: count,
    }),
    conversation: v.string(),
    bytes: count,
    sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
    tokens: v.pipe(v.array(token), v.minLength(1)),
    parts: v.array(v.object({ key: v.string(), length: count })),
    createdAt: v.number(),
    prefillTokensPerSecond: v.pipe(v.number(), v.gtValue(0)),
  }),
  v.check(({ tokens, identity }) => tokens.length <= identity.contextSize, "More tokens than the context has"),
  v.check(({ tokens, parts }) => sum(parts) <= tokens.length, "The parts are longer than the tokens"),
  v.check(({ parts }) => new Set(parts.map(({ key }) => key)).size === parts.length, "Two parts have one name"),
);
const versioned = v.object({ version: count });
const file = v.object({ checksum: v.string(), body: v.unknown() });

/** The checksum is over the body as JSON: a changed letter that leaves it valid would otherwise pass. */
export function serializeSidecar(sidecar: Sidecar): string {
  return `${JSON.stringify({ version, checksum: checksumOf(sidecar), body: sidecar })}\n`;
}

export function readSidecar(text: string): SidecarReading {
  try {
    const data: unknown = JSON.parse(text);
    if (v.parse(versioned, data).version !== version) return { kind: "foreign" };
    const { checksum, body: content } = v.parse(file, data);
    if (checksum !== checksumOf(content)) return { kind: "damaged", reason: "its checksum differs" };
    return { kind: "sound", sidecar: v.parse(body, content) };
  } catch (error) {
    return { kind: "damaged", reason: describeError(error) };
  }
}

function checksumOf(content: unknown): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}

function sum(parts: readonly TokenPart[]): number {
  return parts.reduce((total, { length }) => total + length, 0);
}
