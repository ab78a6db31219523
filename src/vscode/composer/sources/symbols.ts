import { commands, type DocumentSymbol, type SymbolInformation, type Uri } from "vscode";
import { codeAttachment } from "../../../chat/attachmentText";
import { t } from "../../../common/l10n";
import type { Attachment } from "../../../chat/types";
import type { CodeIndex } from "../../../rag/ports";
import type { ViewMention } from "../../../webview/protocol";
import { pathLabel } from "../../workspacePaths";
import { fileUri } from "../fileAttachment";
import { readText } from "../readText";
import { nothingThere } from "../nothingThere";
import type { MentionSource } from "./mentionSource";
import { type NamedPlace, placeOfId, symbolId } from "./symbolId";

/** Definitions by name: the index's, or those that the language's own extension knows. */
export function symbolSource(index: Pick<CodeIndex, "symbols">): MentionSource {
  return {
    kind: "symbol",
    head: () => ({ kind: "symbol", id: "", label: t("Symbols"), detail: t("definitions by name"), opens: true }),
    async rows(query, limit) {
      const text = query.trim();
      if (text === "") return [];
      const hits = await index.symbols({ text, limit });
      if (hits.length > 0) return hits.map(({ symbol, path, startLine, endLine }) => row({ path, startLine, endLine, name: symbol }));
      return (await languageSymbols(text)).slice(0, limit).map(row);
    },
    resolve: async (id) => [await symbolAttachment(placeOfId(id))],
  };
}

function row(place: NamedPlace): ViewMention {
  return { kind: "symbol", id: symbolId(place), label: place.name, detail: `${place.path}:${place.startLine}` };
}

async function languageSymbols(query: string): Promise<readonly NamedPlace[]> {
  const found = (await commands.executeCommand<readonly SymbolInformation[] | undefined>("vscode.executeWorkspaceSymbolProvider", query)) ?? [];
  return found.map(({ name, containerName, location: { uri, range } }) => ({
    path: pathLabel(uri),
    startLine: range.start.line + 1,
    endLine: range.end.line + 1,
    name: containerName === "" ? name : `${containerName} > ${name}`,
  }));
}

/** The lines of a definition as they are now. One that is known by its name's line only is taken whole where its extent is known. */
async function symbolAttachment(place: NamedPlace): Promise<Attachment> {
  const uri = await fileUri(place.path);
  const { path, language, text } = await readText(uri);
  const lines = text.split("\n");
  if (place.startLine > lines.length) throw nothingThere(t("{0} is no longer where it was.", place.name), t("Look for it again."));
  const { startLine, endLine } = place.endLine > place.startLine ? place : await wholeDefinition(uri, place);
  return codeAttachment({ path, language, startLine, text: lines.slice(startLine - 1, endLine).join("\n"), source: "symbol", label: place.name });
}

async function wholeDefinition(uri: Uri, place: NamedPlace): Promise<Pick<NamedPlace, "startLine" | "endLine">> {
  const symbols = await commands.executeCommand<readonly (DocumentSymbol | SymbolInformation)[] | undefined>("vscode.executeDocumentSymbolProvider", uri);
  const ranges = allRanges(symbols ?? []).filter(({ startLine, endLine }) => startLine <= place.startLine && place.startLine <= endLine);
  return ranges.sort((a, b) => a.endLine - a.startLine - (b.endLine - b.startLine))[0] ?? place;
}

function allRanges(symbols: readonly (DocumentSymbol | SymbolInformation)[]): readonly Pick<NamedPlace, "startLine" | "endLine">[] {
  return symbols.flatMap((symbol) => {
    const range = "range" in symbol ? symbol.range : symbol.location.range;
    const inner = "children" in symbol ? allRanges(symbol.children) : [];
    return [{ startLine: range.start.line + 1, endLine: range.end.line + 1 }, ...inner];
  });
}
