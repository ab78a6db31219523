import { stat } from "node:fs/promises";
import { HearthError, systemCode } from "../common/errors";
import { t } from "../common/l10n";
import { type GgufHeader, type GgufValue, invalidModel, readGgufHeader, remedies } from "./ggufHeader";
import { fileTypeName } from "./ggufTypes";

/** What a model file says of itself. */
export interface GgufInfo {
  /** llama.cpp's name of the architecture, such as "phi3" or "llama". */
  readonly architecture: string;
  /** Empty when the file has none. */
  readonly name: string;
  /** "embedding" for encoders and files that name a pooling. */
  readonly role: "chat" | "embedding";
  /** Quantisation as people write it, such as "Q4_K_M". */
  readonly fileType: string | undefined;
  /** Tokens that the model was trained for. */
  readonly contextLength: number | undefined;
  readonly blockCount: number | undefined;
  readonly embeddingLength: number | undefined;
  readonly hasChatTemplate: boolean;
  readonly vocabularySize: number;
  readonly sizeBytes: number;
}

/**
 * Reads a model file's header and throws before anything native sees a file that is not whole. It reads the header
 * only (some MB), so its time does not depend on the model's size.
 * Throws "model-not-found" when nothing is there, else "model-invalid" with what is wrong and what to do.
 */
export async function checkGguf(file: string): Promise<GgufInfo> {
  return (await readModelFile(file)).info;
}

/** As `checkGguf`, with the header that it read. */
export async function readModelFile(file: string): Promise<{ readonly header: GgufHeader; readonly info: GgufInfo }> {
  await checkIsFile(file);
  const header = await readGgufHeader(file).catch((error: unknown) => {
    throw readError(file, error);
  });
  checkIsWhole(file, header);
  return { header, info: new Metadata(file, header).info() };
}

async function checkIsFile(file: string): Promise<void> {
  const found = await stat(file).catch((error: unknown) => {
    throw readError(file, error);
  });
  if (found.isDirectory()) throw invalidModel(t("{0} is a folder, not a model file.", file), remedies.wrongFile());
  if (!found.isFile()) throw invalidModel(t("{0} is not a regular file.", file), remedies.wrongFile());
  if (found.size === 0) throw invalidModel(t("{0} is empty.", file), remedies.truncated());
}

function readError(file: string, error: unknown): unknown {
  const code = systemCode(error);
  if (error instanceof HearthError || code === undefined) return error;
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new HearthError("model-not-found", t("There is no file {0}.", file), { remedy: t("Pick a model file, or download a model.") });
  }
  return new HearthError("model-invalid", t("{0} cannot be read ({1}).", file, code), { remedy: t("Check the file's permissions and its disk."), cause: error });
}

function checkIsWhole(file: string, header: GgufHeader): void {
  const end = header.tensors.reduce((last, tensor) => Math.max(last, header.dataStart + tensor.offset + (tensor.bytes ?? 1)), 0);
  if (end > header.fileSize) {
    const missing = end - header.fileSize;
    throw invalidModel(t("{0} is cut off: {1} of its {2} bytes are missing.", file, missing, end), remedies.truncated());
  }
}

class Metadata {
  private readonly architecture: string;

  constructor(
    private readonly file: string,
    private readonly header: GgufHeader,
  ) {
    this.architecture = this.text("general.architecture");
    if (!/^[\w.-]{1,64}$/.test(this.architecture)) throw this.error(t("{0} does not name its architecture.", this.file));
  }

  info(): GgufInfo {
    this.checkKind();
    const fileType = this.value("general.file_type");
    return {
      architecture: this.architecture,
      name: this.text("general.name"),
      role: this.isEmbedding() ? "embedding" : "chat",
      fileType: typeof fileType === "number" ? fileTypeName(fileType) : undefined,
      contextLength: this.count("context_length"),
      blockCount: this.count("block_count"),
      embeddingLength: this.count("embedding_length"),
      hasChatTemplate: this.text("tokenizer.chat_template") !== "",
      vocabularySize: this.vocabularySize(),
      sizeBytes: this.header.fileSize,
    };
  }

  /** Files that are GGUF but no language model. */
  private checkKind(): void {
    const kind = this.text("general.type");
    if (this.architecture === "clip" || ["adapter", "mmproj", "imatrix"].includes(kind)) {
      throw this.error(t("{0} is a part of a model (an adapter or a projector), not a language model.", this.file), remedies.wrongFile());
    }
    const parts = this.value("split.count");
    if (this.header.tensors.length === 0 && !(typeof parts === "number" && parts > 1)) {
      throw this.error(t("{0} holds a vocabulary and no weights.", this.file), remedies.wrongFile());
    }
  }

  private isEmbedding(): boolean {
    const pooling = this.value(`${this.architecture}.pooling_type`);
    return this.value(`${this.architecture}.attention.causal`) === false || (typeof pooling === "number" && pooling > 0);
  }

  private vocabularySize(): number {
    const tokens = this.value("tokenizer.ggml.tokens");
    if (typeof tokens !== "object" || tokens.count === 0) throw this.error(t("{0} has no vocabulary.", this.file));
    return tokens.count;
  }

  private value(key: string): GgufValue | undefined {
    return this.header.entries.get(key)?.value;
  }

  private text(key: string): string {
    const value = this.value(key);
    return typeof value === "string" ? value : "";
  }

  /** A number of the architecture's own; zero, negative and absurd ones would end the native library. */
  private count(name: string): number | undefined {
    const value = this.value(`${this.architecture}.${name}`);
    if (value === undefined) return undefined;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 1 || value > 2 ** 28) {
      throw this.error(t("{0} is damaged: its {1} is impossible.", this.file, name.replaceAll("_", " ")));
    }
    return value;
  }

  private error(message: string, remedy: string = remedies.damaged()): HearthError {
    return invalidModel(message, remedy);
  }
}
