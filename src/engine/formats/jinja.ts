import { Template } from "@huggingface/jinja";
import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import type { Vocabulary } from "../runtime";
import { bosSegments, contextBlock, joined, type PromptFormat, type QuestionPlace, type Segment, special, text } from "./promptFormat";

/** For a model whose file has no template. */
const plainTemplate =
  "{% for m in messages %}{{ m.role + ': ' + m.content + '\n' }}{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}";

/** The template's own text between the contents of a conversation. */
interface TemplatePieces {
  /** Undefined where the template takes no system message. */
  readonly system: { readonly before: string; readonly after: string } | undefined;
  /** Before the first question of a conversation without system prompt. */
  readonly first: string;
  /** Between an answer and the next question. */
  readonly later: string;
  /** Between a question and its answer. */
  readonly answer: string;
}

/**
 * The fallback for models of unknown format: the file's own template is rendered with placeholders, once, and cut at
 * them. Turns are written with these pieces, so the prompt is append-only whatever the template does, and content
 * never goes through the template.
 */
export function jinjaFormat(vocabulary: Vocabulary, template: string | undefined): PromptFormat {
  const pieces = readPieces(vocabulary, template ?? plainTemplate);
  const answer = splitSpace(pieces.answer);
  return {
    name: "jinja",
    opening: (system) => openingSegments(vocabulary, pieces, system),
    turnStart: (place) => startSegments(vocabulary, pieces, place),
    code: (context, place) => [contentAt(vocabulary, pieces, place, contextBlock(context))],
    question: (user, place) => [contentAt(vocabulary, pieces, place, user), joined(special(answer.body))],
    answer: (content) => [contentAfter(vocabulary, pieces.answer, content)],
    closing: () => [],
    stopTokens: [],
    stopTexts: template === undefined ? ["\nuser:", "\nsystem:"] : [],
  };
}

function openingSegments(vocabulary: Vocabulary, pieces: TemplatePieces, system: string): Segment[] {
  if (system === "") return [];
  const piece = pieces.system?.before ?? pieces.first;
  return [...atFront(vocabulary, piece), contentAfter(vocabulary, piece, system)];
}

function startSegments(vocabulary: Vocabulary, pieces: TemplatePieces, place: QuestionPlace): Segment[] {
  const piece = pieceBefore(pieces, place);
  if (piece === undefined) return [joined(text(paragraph))];
  return place === "first" ? atFront(vocabulary, piece) : [joined(special(splitSpace(piece).body))];
}

/** What of a turn stands behind its start: code, a question. */
function contentAt(vocabulary: Vocabulary, pieces: TemplatePieces, place: QuestionPlace, content: string): Segment {
  const piece = pieceBefore(pieces, place);
  return piece === undefined ? joined(text(content)) : contentAfter(vocabulary, piece, content);
}

/** Between a system prompt and a question, where the template takes no system message. */
const paragraph = "\n\n";

function pieceBefore(pieces: TemplatePieces, place: QuestionPlace): string | undefined {
  switch (place) {
    case "first":
      return pieces.first;
    case "later":
      return pieces.later;
    case "afterSystem":
    case "afterCut":
      return pieces.system?.after;
    default:
      return place satisfies never;
  }
}

function atFront(vocabulary: Vocabulary, piece: string): Segment[] {
  const { body } = splitSpace(piece);
  const bos = bosSegments(vocabulary);
  const front = bos[0] && !body.startsWith(bos[0].text) ? bos : [];
  return [...front, special(body)];
}

/** A space belongs to the word behind it, so it moves from the end of a piece to the content. */
function splitSpace(piece: string): { body: string; space: string } {
  const body = piece.replace(/ +$/, "");
  return { body, space: piece.slice(body.length) };
}

function contentAfter(vocabulary: Vocabulary, piece: string, content: string): Segment {
  const { body, space } = splitSpace(piece);
  const last = vocabulary.tokenizeSpecial(body).at(-1);
  const startsText = last === undefined || vocabulary.isSpecial(last);
  const segment = text(space + content);
  return startsText ? segment : joined(segment);
}

const marks = { system: "HEARTHxSYSTEM", user: ["HEARTHxUSERx0", "HEARTHxUSERx1"], assistant: "HEARTHxANSWER" } as const;

function readPieces(vocabulary: Vocabulary, source: string): TemplatePieces {
  const render = templateRenderer(vocabulary, source);
  const turns = [
    { role: "user", content: marks.user[0] },
    { role: "assistant", content: marks.assistant },
    { role: "user", content: marks.user[1] },
  ];
  const bare = cut(render(turns), [marks.user[0], marks.assistant, marks.user[1]]);
  if (!bare) throw unusable();
  const [first = "", , later = "", answer = ""] = bare;
  return { system: systemPieces(render, turns), first, later, answer };
}

interface Message {
  readonly role: string;
  readonly content: string;
}

/** Templates of models without a system role raise an error or leave the message out. */
function systemPieces(render: (messages: readonly Message[]) => string, turns: readonly Message[]): TemplatePieces["system"] {
  try {
    const [before = "", after = ""] = cut(render([{ role: "system", content: marks.system }, ...turns]), [marks.system, marks.user[0]]) ?? [];
    return after === "" ? undefined : { before, after };
  } catch (error) {
    if (error instanceof HearthError) return undefined;
    throw error;
  }
}

function templateRenderer(vocabulary: Vocabulary, source: string): (messages: readonly Message[]) => string {
  const piece = (token: number | undefined) => (token === undefined ? "" : vocabulary.pieceOf(token));
  return (messages) => {
    try {
      return new Template(source).render({
        messages: [...messages],
        add_generation_prompt: true,
        bos_token: piece(vocabulary.bos),
        eos_token: piece(vocabulary.eos),
      });
    } catch (error) {
      throw unusable(error);
    }
  };
}

/** The texts before, between and after the marks; undefined unless each is there, in order. */
function cut(rendered: string, order: readonly string[]): string[] | undefined {
  const pieces: string[] = [];
  let from = 0;
  for (const mark of order) {
    const at = rendered.indexOf(mark, from);
    if (at < 0) return undefined;
    pieces.push(rendered.slice(from, at));
    from = at + mark.length;
  }
  return [...pieces, rendered.slice(from)];
}

function unusable(cause?: unknown): HearthError {
  return new HearthError("model-invalid", t("The chat template inside the model file cannot be used."), {
    remedy: t("Pick a model of the catalog, or another file of this model."),
    ...(cause !== undefined && { cause }),
  });
}
