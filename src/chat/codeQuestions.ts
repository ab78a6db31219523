/** What can be asked about code without writing a question: a `/` command of the chat, or an action of the editor. */
export type CodeQuestionKind = (typeof codeQuestionKinds)[number];

export const codeQuestionKinds = ["explain", "fix", "tests", "doc", "refactor", "review"] as const;

/** The short sentence comes first: it becomes the title of the chat. */
const questions: Readonly<Record<CodeQuestionKind, string>> = {
  explain: "Explain this code. Say what it is for, how it works step by step, and what is surprising or easy to get wrong in it.",
  fix: "Find what is wrong with this code and fix it. Name each fault in one sentence, then give the corrected code in one block. Change nothing else.",
  tests:
    "Write tests for this code. Use the test framework and the manners of this project where they can be seen. Cover ordinary use, the limits and the failures, and give the tests as one complete file.",
  doc: "Write documentation comments for this code, in the form its language uses. Say what a caller has to know: meaning, units, defaults, errors. Change no code, and give the documented code in one block.",
  refactor:
    "Refactor this code so that it is easier to read and to change, without changing what it does. Say in a few sentences what you improve and why, then give the new code in one block.",
  review:
    "Review this code. List faults, risks and unclear places, the most serious first, each with its lines and a proposal. Say so if you find none, and do not praise.",
};

/**
 * The question that stands with attached code.
 *
 * @param extra what the person wishes besides, such as "only the error handling", or what a diagnostic says
 */
export function codeQuestion(kind: CodeQuestionKind, extra = ""): string {
  const wish = extra.trim();
  return wish === "" ? questions[kind] : `${questions[kind]}\n\n${wish}`;
}
