import type { LanguageModelChatInformation } from "vscode";
import { byteSize } from "../../common/byteSize";
import { t } from "../../common/l10n";
import { catalogEntry, defaultsFor } from "../../engine/catalog";
import type { EngineConfig, EngineState, ModelListing, ServerConfig } from "../../engine/ports";
import { serverLabel, serverName, shortModel } from "../servers/serverName";
import { modelLabel } from "../viewModel";

/** A model as the editor is told of it, with how it is named in Hearth's settings. */
export interface OfferedModel extends LanguageModelChatInformation {
  /** Catalog id or path; absent: the server's that is in use. */
  readonly setting?: string;
  /** It answers as the settings stand. */
  readonly isInUse: boolean;
}

export interface OfferSource {
  /** What lies in the model folders and in the catalog. */
  readonly listings: readonly ModelListing[];
  readonly config: Pick<EngineConfig, "model" | "contextSize">;
  readonly state: EngineState;
  /** Most tokens of an answer as the person set it. */
  readonly maxTokens: number | undefined;
  /** The server that answers; absent: this machine does. */
  readonly server?: ServerConfig | undefined;
}

/** Tokens of a conversation on a server that does not tell, where the settings do not either. */
const usualContextSize = 4096;

/** The server's model, or the one that is set, where its file is there; then every other chat model on this machine. */
export function offeredModels(source: OfferSource): readonly OfferedModel[] {
  const { listings, config, server } = source;
  const installed = listings.filter(({ role, file, contextLength }) => role === "chat" && file !== undefined && contextLength > 0);
  const isSet = ({ id, file }: ModelListing) => !server && [id, file].includes(config.model);
  const set = installed.filter(isSet);
  const own = [...set, ...installed.filter((listing) => !set.includes(listing))].map((listing) => offer(listing, source, isSet(listing)));
  return server ? [offerOfServer(server, source), ...own] : own;
}

function offerOfServer(server: ServerConfig, { state, maxTokens }: OfferSource): OfferedModel {
  const info = state.kind === "ready" ? state.info : undefined;
  const model = info?.id ?? server.model;
  const name = model === "" ? serverName(server.url) : shortModel(model);
  const contextSize = info?.contextSize ?? (server.contextSize || usualContextSize);
  const maxOutputTokens = Math.min(maxTokens ?? info?.defaults.maxTokens ?? contextSize, Math.floor(contextSize / 2));
  return {
    ...{ id: `server/${name}`, isInUse: true, name, family: name, version: info?.hash.slice(0, 12) ?? "1" },
    detail: t("on {0}", serverName(server.url)),
    tooltip: t("Hearth: {0}, with a context of {1} tokens", serverLabel({ ...server, model }), contextSize),
    ...{ maxInputTokens: contextSize - maxOutputTokens, maxOutputTokens },
    capabilities: { imageInput: false, toolCalling: false },
  };
}

function offer(listing: ModelListing, source: OfferSource, isSet: boolean): OfferedModel {
  const contextSize = contextOf(listing, source, isSet);
  const maxOutputTokens = answerReserve(listing, source, isSet, contextSize);
  return {
    id: listing.id,
    isInUse: isSet,
    setting: catalogEntry(listing.id) ? listing.id : (listing.file ?? listing.id),
    name: modelLabel(listing.id),
    family: modelLabel(listing.id),
    version: versionOf(source.state, isSet),
    detail: listing.sizeBytes === undefined ? t("on this machine") : t("on this machine, {0}", byteSize(listing.sizeBytes)),
    tooltip: isSet ? t("Hearth: {0}, with a context of {1} tokens", modelLabel(listing.id), contextSize) : t("Hearth asks before it loads this model in the place of {0}.", source.server ? serverLabel(source.server) : modelLabel(source.config.model)),
    maxInputTokens: contextSize - maxOutputTokens,
    maxOutputTokens,
    capabilities: { imageInput: false, toolCalling: false },
  };
}

/** A loaded model knows; of another one it is what the settings ask for, and no more than it was trained for. */
function contextOf({ contextLength }: ModelListing, { state, config }: OfferSource, isSet: boolean): number {
  return isSet && state.kind === "ready" ? state.info.contextSize : Math.min(config.contextSize, contextLength);
}

/** What an answer may take; at most half of a small context, so that there is room for a question. */
function answerReserve({ id, contextLength }: ModelListing, { state, maxTokens }: OfferSource, isSet: boolean, contextSize: number): number {
  const entry = catalogEntry(id);
  const defaults = isSet && state.kind === "ready" ? state.info.defaults : entry?.role === "chat" ? entry.defaults : defaultsFor({ architecture: "", name: id, contextLength });
  return Math.min(maxTokens ?? defaults.maxTokens, Math.floor(contextSize / 2));
}

function versionOf(state: EngineState, isSet: boolean): string {
  return isSet && state.kind === "ready" ? state.info.hash.slice(0, 12) : "1";
}
