import { type Uri, workspace } from "vscode";
import { HearthError } from "../../common/errors";
import { byteSize } from "../../common/byteSize";
import { t } from "../../common/l10n";
import { languageOf } from "../../rag/languages";
import { decodeSource } from "../../rag/sourceText";
import { pathLabel } from "../workspacePaths";

/** Larger files are not read to be attached: their lines can be selected. Bytes. */
const mostBytes = 5_000_000;

export interface FileText {
  readonly path: string;
  readonly language: string;
  /** With \n between the lines. */
  readonly text: string;
}

/** A file as the person sees it: what an editor holds goes before what is saved. Throws "bad-use" for one that is no text. */
export async function readText(uri: Uri): Promise<FileText> {
  const open = workspace.textDocuments.find((document) => !document.isClosed && document.uri.toString() === uri.toString());
  if (open) return { path: pathLabel(uri), language: open.languageId, text: normal(open.getText()) };
  const bytes = await readBytes(uri);
  const path = pathLabel(uri);
  if (!isUtf16(bytes) && bytes.subarray(0, 8192).includes(0)) throw unusable(t("{0} is no text file.", path));
  return { path, language: languageOf(uri.path), text: normal(decodeSource(bytes)) };
}

async function readBytes(uri: Uri): Promise<Uint8Array> {
  const path = pathLabel(uri);
  try {
    const { size } = await workspace.fs.stat(uri);
    if (size > mostBytes) throw unusable(t("{0} is too large to attach: {1}.", path, byteSize(size)));
    return await workspace.fs.readFile(uri);
  } catch (cause) {
    if (cause instanceof HearthError) throw cause;
    throw new HearthError("bad-use", t("{0} cannot be read.", path), { cause, remedy: t("See that the file is still there.") });
  }
}

/** By its byte order mark. */
function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

function unusable(message: string): HearthError {
  return new HearthError("bad-use", message, { remedy: t("Open it and attach the lines that matter, or paste their text.") });
}

function normal(text: string): string {
  return text.replaceAll("\r\n", "\n");
}
