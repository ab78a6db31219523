import { open } from "node:fs/promises";
import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import { type GgufTensor, readGgufHeader } from "../ggufHeader";
import { tensorType } from "../ggufTypes";
import { isRowType, type RowType } from "./rowKernels";

/** One vector for each token of a vocabulary. */
export interface EmbeddingTable {
  /** Values of a vector. */
  readonly width: number;
  /** Number of tokens. */
  readonly count: number;
  /** How the values are written. */
  readonly type: RowType;
  /** The vector of a token as it stands in the model. Throws a RangeError for a token that is not there. */
  rowBytes(token: number): Uint8Array;
}

const tensorName = "token_embd.weight";
const chunkBytes = 16 << 20;

/**
 * Reads the token embeddings of a model file into memory as they are quantised; rows are decoded when they are
 * measured (rowKernels.ts). Takes as many bytes as the tensor has: 55 MB for Phi-3 mini at Q4_K.
 * Throws "model-invalid" where the file has none, or has them in a type that cannot be read.
 */
export async function openEmbeddingTable(file: string, signal?: AbortSignal): Promise<EmbeddingTable> {
  const header = await readGgufHeader(file);
  const tensor = header.tensors.find(({ name }) => name === tensorName);
  if (!tensor) throw refused(t("{0} has no token embeddings ({1}), which guidance needs.", file, tensorName));
  const { type } = tensor;
  if (!isRowType(type)) throw refused(t("The token embeddings of {0} are of type {1}, which guidance cannot read.", file, tensorType(type)?.name ?? type));
  const bytes = await readBytes(file, header.dataStart + tensor.offset, tensor.bytes ?? 0, signal);
  return new QuantisedTable(bytes, tensor, type);
}

function refused(message: string): HearthError {
  return new HearthError("model-invalid", message, { remedy: t("Turn guidance off, or pick another file of the model: F32, F16, BF16, Q8_0, Q4_K, Q5_K and Q6_K can be read.") });
}

/** In chunks, so that an abort is noticed. */
async function readBytes(file: string, start: number, length: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const handle = await open(file, "r");
  try {
    for (let done = 0; done < length; ) {
      signal?.throwIfAborted();
      const { bytesRead } = await handle.read(bytes, done, Math.min(chunkBytes, length - done), start + done);
      if (bytesRead === 0) throw refused(t("{0} is cut off in its token embeddings.", file));
      done += bytesRead;
    }
  } finally {
    await handle.close();
  }
  return bytes;
}

class QuantisedTable implements EmbeddingTable {
  readonly width: number;
  readonly count: number;
  readonly #rowBytes: number;

  constructor(
    readonly bytes: Uint8Array,
    { shape }: GgufTensor,
    readonly type: RowType,
  ) {
    [this.width = 0, this.count = 0] = shape;
    this.#rowBytes = this.count === 0 ? 0 : bytes.length / this.count;
  }

  rowBytes(token: number): Uint8Array {
    if (!(token >= 0 && token < this.count)) throw new RangeError(`There is no token ${token}.`);
    return this.bytes.subarray(token * this.#rowBytes, (token + 1) * this.#rowBytes);
  }
}
