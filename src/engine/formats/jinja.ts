import { Template } from "@huggingface/jinja";
import { HearthError } from "../../common/errors";
import type { Vocabulary } from "../runtime";
import { bosSegments, joined, type PromptFormat, type QuestionPlace, type Segment, special, text } from "./promptFormat";

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
    question: (user, place) => [...questionSegments(vocabulary, pieces, user, place), joined(special(answer.body))],
    answer: (content) => [contentAfter(vocabulary, answer.body, answer.space + content)],
    closing: () => [],
    stopTokens: [],
    stopTexts: template === undefined ? ["\nuser:", "\nsystem:"] : [],
  };
}

function openingSegments(vocabulary: Vocabulary, pieces: TemplatePieces, system: string): Segment[] {
  if (system === "") return [];
  return atFront(vocabulary, pieces.system?.before ?? pieces.first, system);
}

function questionSegments(vocabulary: Vocabulary, pieces: TemplatePieces, user: string, place: QuestionPlace): Segment[] {
  switch (place) {
    case "first":
      return atFront(vocabulary, pieces.first, user);
    case "later":
      return afterContent(vocabulary, pieces.later, user);
    case "afterSystem":
      return pieces.system ? afterContent(vocabulary, pieces.system.after, user) : [joined(text(`\n\n${user}`))];
    default:
      return place satisfies never;
  }
}

function atFront(vocabulary: Vocabulary, piece: string, content: string): Segment[] {
  const { body, space } = splitSpace(piece);
  const bos = bosSegments(vocabulary);
  const front = bos[0] && !body.startsWith(bos[0].text) ? bos : [];
  return [...front, special(body), contentAfter(vocabulary, body, space + content)];
}

function afterContent(vocabulary: Vocabulary, piece: string, content: string): Segment[] {
  const { body, space } = splitSpace(piece);
  return [joined(special(body)), contentAfter(vocabulary, body, space + content)];
}

/** A space belongs to the word behind it, so it moves from the end of a piece to the content. */
function splitSpace(piece: string): { body: string; space: string } {
  const body = piece.replace(/ +$/, "");
  return { body, space: piece.slice(body.length) };
}

function contentAfter(vocabulary: Vocabulary, piece: string, content: string): Segment {
  const last = vocabulary.tokenizeSpecial(piece).at(-1);
  const startsText = last === undefined || vocabulary.isSpecial(last);
  return startsText ? text(content) : joined(text(content));
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
  return new HearthError("model-invalid", "The chat template inside the model file cannot be used.", {
    remedy: "Pick a model of the catalog, or another file of this model.",
    ...(cause !== undefined && { cause }),
  });
}
