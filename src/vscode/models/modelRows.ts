import path from "node:path";
import { byteSize } from "../../common/byteSize";
import { t } from "../../common/l10n";
import { catalogEntry } from "../../engine/catalog";
import type { ModelListing } from "../../engine/ports";

/** How a model is used as the settings stand. */
export interface ModelsInUse {
  /** As it is set: a catalog id or a path. */
  readonly chat: string;
  /** Empty: none. */
  readonly embedding: string;
}

/** A row of the model page. */
export interface ModelRow {
  readonly listing: ModelListing;
  readonly label: string;
  /** Size and place. */
  readonly description: string;
  readonly detail: string;
  readonly inUse: boolean;
}

export interface ModelGroup {
  readonly title: string;
  readonly rows: readonly ModelRow[];
}

/** The model page: models that answer, models for search by meaning, and the person's own files, each with what it takes. */
export function modelGroups(listings: readonly ModelListing[], used: ModelsInUse): readonly ModelGroup[] {
  const rows = (wanted: (listing: ModelListing) => boolean) => listings.filter(wanted).map((listing) => modelRow(listing, used));
  const isListed = ({ id }: ModelListing) => catalogEntry(id) !== undefined;
  return [
    { title: t("Models that answer"), rows: rows((listing) => isListed(listing) && listing.role === "chat") },
    { title: t("Models for search by meaning"), rows: rows((listing) => isListed(listing) && listing.role === "embedding") },
    { title: t("Your files"), rows: rows((listing) => !isListed(listing)) },
  ].filter((group) => group.rows.length > 0);
}

export function isInUse({ id, file }: ModelListing, { chat, embedding }: ModelsInUse): boolean {
  const names = [id, file, file === undefined ? undefined : path.basename(file)];
  return names.includes(chat) || (embedding !== "" && names.includes(embedding));
}

function modelRow(listing: ModelListing, used: ModelsInUse): ModelRow {
  const { id, description } = listing;
  const inUse = isInUse(listing, used);
  const bytes = sizeOf(listing);
  const facts = [bytes === undefined ? "" : byteSize(bytes), listingPlace(listing), inUse ? t("in use") : ""];
  return { listing, label: `${inUse ? "$(check) " : ""}${id}`, description: facts.filter(Boolean).join(", "), detail: ownRole(listing) + description, inUse };
}

/** Where a model is, in words. */
export function listingPlace({ source, file }: Pick<ModelListing, "source" | "file">): string {
  if (source === "bundled") return t("comes with Hearth");
  return file === undefined ? t("to be downloaded") : t("on this machine");
}

/** About; of a model that is not here yet what the catalog knows. */
export function sizeOf({ id, sizeBytes }: ModelListing): number | undefined {
  return sizeBytes ?? catalogEntry(id)?.shape.weightBytes;
}

/** The groups of the catalog say what their models are for; a file of one's own says it itself. */
function ownRole({ id, role }: ModelListing): string {
  if (catalogEntry(id)) return "";
  return role === "embedding" ? `${t("Search by meaning")}. ` : `${t("Answers")}. `;
}

/** What can be done with a model on its page. */
export type ModelAction =
  | { readonly kind: "use"; readonly role: "chat" | "embedding"; readonly where: "workspace" | "user" }
  | { readonly kind: "stopUsing" }
  | { readonly kind: "download" }
  | { readonly kind: "discard" }
  | { readonly kind: "delete" }
  | { readonly kind: "reveal" };

export interface ModelSurroundings {
  /** Whether this workspace may have a model of its own. */
  readonly mayBeWorkspaces: boolean;
  readonly used: ModelsInUse;
  /** A download of it has begun and waits. */
  readonly isPaused: boolean;
}

/** What the page offers for a model, the most likely first. */
export function modelActions(listing: ModelListing, { mayBeWorkspaces, used, isPaused }: ModelSurroundings): readonly ModelAction[] {
  const { role, file, source } = listing;
  const isOwn = source !== "bundled";
  const isEmbeddingInUse = role === "embedding" && used.embedding !== "" && isInUse(listing, { chat: "", embedding: used.embedding });
  const places = mayBeWorkspaces ? (["workspace", "user"] as const) : (["user"] as const);
  return [
    ...(file === undefined && isOwn ? [{ kind: "download" } as const] : []),
    ...(isPaused ? [{ kind: "discard" } as const] : []),
    ...(role === "embedding" && file === undefined ? [] : places.map((where) => ({ kind: "use", role, where }) as const)),
    ...(isEmbeddingInUse ? [{ kind: "stopUsing" } as const] : []),
    ...(file === undefined || !isOwn ? [] : [{ kind: "reveal" } as const, { kind: "delete" } as const]),
  ];
}
