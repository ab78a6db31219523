import type { LanguageModelChatInformation } from "vscode";
import { byteSize } from "../../common/byteSize";
import { t } from "../../common/l10n";
import { catalogEntry, defaultsFor } from "../../engine/catalog";
import type { EngineConfig, EngineState, ModelListing } from "../../engine/ports";
import { modelLabel } from "../viewModel";

/** A model as the editor is told of it, with how it is named in Hearth's settings. */
export interface OfferedModel extends LanguageModelChatInformation {
  /** Catalog id or path. */
  readonly setting: string;
}

export interface OfferSource {
  /** What lies in the model folders and in the catalog. */
  readonly listings: readonly ModelListing[];
  readonly config: Pick<EngineConfig, "model" | "contextSize">;
  readonly state: EngineState;
  /** Most tokens of an answer as the person set it. */
  readonly maxTokens: number | undefined;
}

/** The model that is set, where its file is there, then every other chat model on this machine. */
export function offeredModels(source: OfferSource): readonly OfferedModel[] {
  const { listings, config } = source;
  const installed = listings.filter(({ role, file, contextLength }) => role === "chat" && file !== undefined && contextLength > 0);
  const isSet = ({ id, file }: ModelListing) => [id, file].includes(config.model);
  const set = installed.filter(isSet);
  return [...set, ...installed.filter((listing) => !set.includes(listing))].map((listing) => offer(listing, source, isSet(listing)));
}

function offer(listing: ModelListing, source: OfferSource, isSet: boolean): OfferedModel {
  const contextSize = contextOf(listing, source, isSet);
  const maxOutputTokens = answerReserve(listing, source, isSet, contextSize);
  return {
    id: listing.id,
    setting: catalogEntry(listing.id) ? listing.id : (listing.file ?? listing.id),
    name: modelLabel(listing.id),
    family: modelLabel(listing.id),
    version: versionOf(source.state, isSet),
    detail: listing.sizeBytes === undefined ? t("on this machine") : t("on this machine, {0}", byteSize(listing.sizeBytes)),
    tooltip: isSet ? t("Hearth: {0}, with a context of {1} tokens", modelLabel(listing.id), contextSize) : t("Hearth asks before it loads this model in the place of {0}.", modelLabel(source.config.model)),
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
