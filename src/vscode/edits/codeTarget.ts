import { type QuickPickItem, type Uri, window, workspace } from "vscode";
import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import { definitionsIn, outerDefinitions } from "../../chat/edits/definitions";
import { cleanCode } from "../../chat/edits/extractCode";
import { parsePathText } from "../../chat/edits/pathText";
import { rankTargets, type TargetFacts } from "../../chat/edits/rankTargets";
import { sharedLines } from "../../chat/edits/sharedLines";
import type { CodeIndex } from "../../rag/ports";
import type { ViewCode } from "../../webview/protocol";
import { pathLabel, resolveLabel } from "../workspacePaths";
import { fileNamed } from "./fileNamed";
import { proposalScheme } from "./proposalFiles";

export interface TargetDeps {
  readonly index: Pick<CodeIndex, "symbols">;
  /** Files that the answer's turn cites or has attached. */
  readonly cited: readonly string[];
}

/** Where code goes: a file, one that is to be made, or nowhere, since the person left the question. */
export type CodeTarget = { readonly kind: "file"; readonly uri: Uri } | { readonly kind: "new" } | { readonly kind: "none" };

/** Names of which more would not tell more. */
const mostNames = 8;
const hitsPerName = 5;
/** Files that are read to be compared. */
const mostCompared = 24;

/** Finds the file that code of an answer belongs to; asks when that is not clear. */
export async function findTarget(code: ViewCode, deps: TargetDeps): Promise<CodeTarget> {
  const named = await namedFile(code.path);
  if (named) return { kind: "file", uri: named };
  const { ranked, sure } = rankTargets(await factsOf(code, deps));
  if (sure) return fileTarget(sure.path);
  return choose(code, ranked);
}

async function namedFile(path: string | undefined): Promise<Uri | undefined> {
  const parsed = path === undefined ? undefined : parsePathText(path);
  return parsed && fileNamed(parsed.path);
}

async function factsOf(code: ViewCode, { index, cited }: TargetDeps): Promise<readonly TargetFacts[]> {
  const lines = cleanCode(code.text).split("\n");
  const symbols = await filesOfSymbols(lines, index);
  const editors = [...(window.activeTextEditor ? [window.activeTextEditor] : []), ...window.visibleTextEditors];
  const active = editors.find(({ document }) => isCode(document.uri))?.document;
  const open = workspace.textDocuments.filter(({ uri }) => uri.scheme === "file" || uri.scheme === "untitled").map(({ uri }) => pathLabel(uri));
  const activePath = active ? [pathLabel(active.uri)] : [];
  const paths = [...new Set([...symbols.keys(), ...activePath, ...cited, ...open])].slice(0, mostCompared);
  return Promise.all(
    paths.map(async (path) => ({
      path,
      named: false,
      symbols: symbols.get(path) ?? [],
      shared: sharedLines(lines, await linesOf(path)),
      active: activePath.includes(path),
    })),
  );
}

function isCode(uri: Uri): boolean {
  return uri.scheme !== proposalScheme && uri.scheme !== "output";
}

/** The files that define what the code defines, with the names. */
async function filesOfSymbols(lines: readonly string[], index: Pick<CodeIndex, "symbols">): Promise<ReadonlyMap<string, readonly string[]>> {
  const names = [...new Set(outerDefinitions(definitionsIn(lines)).map(({ name }) => name))].slice(0, mostNames);
  const files = new Map<string, string[]>();
  for (const name of names) {
    const hits = await index.symbols({ text: name, limit: hitsPerName });
    const paths = hits.filter((hit) => hit.match === "exact" && hit.name === name).map(({ path }) => path);
    for (const path of new Set(paths)) files.set(path, [...(files.get(path) ?? []), name]);
  }
  return files;
}

async function linesOf(path: string): Promise<readonly string[]> {
  const uri = await resolveLabel(path);
  if (!uri) return [];
  const open = workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  return (open ?? (await workspace.openTextDocument(uri))).getText().split(/\r?\n/);
}

async function fileTarget(path: string): Promise<CodeTarget> {
  const uri = await resolveLabel(path);
  if (!uri) throw new HearthError("bad-use", t("{0} is not there any more.", path), { remedy: t("Open the code as a new file instead.") });
  return { kind: "file", uri };
}

async function choose(code: ViewCode, ranked: readonly TargetFacts[]): Promise<CodeTarget> {
  const rows = ranked.map((facts): QuickPickItem & { path?: string } => ({ label: facts.path, description: reasonFor(facts), path: facts.path }));
  const newFile: QuickPickItem & { path?: string } = { label: t("New file…"), description: code.path ?? "", alwaysShow: true };
  const title = code.path === undefined ? t("It is not clear which file this code belongs to") : t("{0} is not there. Which file does this code belong to?", code.path);
  const chosen = await window.showQuickPick([...rows, newFile], { title, placeHolder: t("Nothing is changed before you accept it") });
  if (!chosen) return { kind: "none" };
  return chosen.path !== undefined ? fileTarget(chosen.path) : { kind: "new" };
}

function reasonFor({ symbols, shared, active }: TargetFacts): string {
  const reasons = [
    ...(symbols.length > 0 ? [t("defines {0}", symbols.join(", "))] : []),
    ...(shared > 0 ? [t("has {0} % of the lines", Math.round(shared * 100))] : []),
    ...(active ? [t("open in the editor")] : []),
  ];
  return reasons.join(", ");
}
