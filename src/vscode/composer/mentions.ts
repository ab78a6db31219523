import { HearthError } from "../../common/errors";
import type { Attachment } from "../../chat/types";
import type { ViewMention, ViewMentionKind } from "../../webview/protocol";
import { fuzzyScore } from "./fuzzyFiles";
import type { MentionSource } from "./sources/mentionSource";

/** Rows of one list. */
const mostRows = 50;

/** Everything that can be put into a question, by kind. */
export class Mentions {
  readonly #sources: ReadonlyMap<ViewMentionKind, MentionSource>;

  /** @param sources in the order in which their kinds are listed */
  constructor(sources: readonly MentionSource[]) {
    this.#sources = new Map(sources.map((source) => [source.kind, source]));
  }

  /** Rows for what was typed, best first. Without a kind: the kinds that fit, then files. */
  async rows(query: string, kind?: ViewMentionKind): Promise<readonly ViewMention[]> {
    if (kind !== undefined) return (await this.#source(kind).rows(query, mostRows)).slice(0, mostRows);
    const heads = this.#heads(query);
    const files = (await this.#sources.get("file")?.rows(query, mostRows - heads.length)) ?? [];
    return [...heads, ...files].slice(0, mostRows);
  }

  /** What a row means. Throws "bad-use" with the reason where there is nothing. */
  resolve(kind: ViewMentionKind, id: string): Promise<readonly Attachment[]> {
    return this.#source(kind).resolve(id);
  }

  /** Kinds of which there is something now, and whose name has what was typed. */
  #heads(query: string): readonly ViewMention[] {
    const wanted = query.trim();
    return [...this.#sources.values()].flatMap((source) => {
      const head = source.head();
      return head && (wanted === "" || isNamed(wanted, head)) ? [head] : [];
    });
  }

  #source(kind: ViewMentionKind): MentionSource {
    const source = this.#sources.get(kind);
    if (!source) throw new HearthError("bad-use", `Nothing of the kind "${kind}" can be attached here.`);
    return source;
  }
}

/** By its label, or by its kind, which is the English name whatever the language. */
function isNamed(query: string, { label, kind }: ViewMention): boolean {
  return [label, kind].some((name) => name.toLowerCase().startsWith(query.toLowerCase()) || ((fuzzyScore(query, name) ?? 0) >= 1000 && query.length > 1));
}
