import { open } from "node:fs/promises";
import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import { type GgufTensor, readGgufHeader } from "../ggufHeader";
import { tensorType } from "../ggufTypes";
import { type RowDecoder, rowDecoder } from "./rowDecoders";

/** One vector for each token of a vocabulary. */
export interface EmbeddingTable {
  /** Values of a vector. */
  readonly width: number;
  /** Number of tokens. */
  readonly count: number;
  /** Writes the vector of a token, of `width` values, as it stands in the model. */
  read(token: number, into: Float32Array): void;
}

const tensorName = "token_embd.weight";
const chunkBytes = 16 << 20;

/**
 * Reads the token embeddings of a model file into memory as they are quantised; rows are decoded when they are asked
 * for. Takes as many bytes as the tensor has: 55 MB for Phi-3 mini at Q4_K.
 * Throws "model-invalid" where the file has none, or has them in a type that cannot be read.
 */
export async function openEmbeddingTable(file: string, signal?: AbortSignal): Promise<EmbeddingTable> {
  const header = await readGgufHeader(file);
  const tensor = header.tensors.find(({ name }) => name === tensorName);
  if (!tensor) throw refused(t("{0} has no token embeddings ({1}), which guidance needs.", file, tensorName));
  const decode = rowDecoder(tensor.type);
  if (!decode) throw refused(t("The token embeddings of {0} are of type {1}, which guidance cannot read.", file, tensorType(tensor.type)?.name ?? tensor.type));
  const bytes = await readBytes(file, header.dataStart + tensor.offset, tensor.bytes ?? 0, signal);
  return new QuantisedTable(bytes, tensor, decode);
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
    readonly decode: RowDecoder,
  ) {
    [this.width = 0, this.count = 0] = shape;
    this.#rowBytes = this.count === 0 ? 0 : bytes.length / this.count;
  }

  read(token: number, into: Float32Array): void {
    if (!(token >= 0 && token < this.count)) throw new RangeError(`There is no token ${token}.`);
    this.decode(this.bytes, token * this.#rowBytes, into);
  }
}
