import { t } from "../../common/l10n";
import type { ChatEvent, Citation, Turn } from "../../chat/types";

/** Where a participant's answer is shown. */
export interface AnswerStream {
  markdown(text: string): void;
  progress(text: string): void;
  /** Shows a file among those that the answer draws on. */
  reference(citation: Citation): Promise<void>;
}

/** Shows an answer as it comes. Resolves with its turn; undefined when it ended before there was one. */
export async function showAnswer(events: AsyncIterable<ChatEvent>, stream: AnswerStream): Promise<Turn | undefined> {
  let streamed = "";
  let turn: Turn | undefined;
  let told = false;
  for await (const event of events) {
    switch (event.type) {
      case "loading":
        if (!told) stream.progress(t("Loading the model"));
        told = true;
        break;
      case "citations":
        for (const citation of event.citations) await stream.reference(citation);
        break;
      case "compacting":
        stream.progress(t("Folding older questions into a summary"));
        break;
      case "notice":
        stream.progress(event.text);
        break;
      case "text":
        streamed += event.text;
        stream.markdown(event.text);
        break;
      case "finished":
        turn = event.turn;
        break;
      case "started":
      case "prefill":
        break;
      default:
        event satisfies never;
    }
  }
  // Search results, which stand in for an answer, come whole.
  if (turn && streamed === "" && turn.status.kind === "searchResults") stream.markdown(turn.answerText);
  return turn;
}
