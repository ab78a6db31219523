import { codeQuestion } from "../../src/chat/codeQuestions";
import type { Chance } from "./chance";

/** Wordings by what is asked; `N` stands for the name. */
const wordings = {
  where: [
    "Where is N defined?", "Where is N?", "Where can I find N?", "Find N.", "Which file defines N?", "Which file has N?", "In which file is N?", "In what file is N defined?",
    "where is N defined", "where's N", "Where does N live?", "Locate N.", "Show me where N is.", "On which lines is N?", "Where do I find the definition of N?", "Where is N implemented?",
    "Where is the function N defined?", "Which file contains N?", "What file is N in?", "Where is N declared?",
  ],
  parameters: [
    "What parameters does N take?", "What does N take?", "What are the parameters of N?", "Which arguments does N take?", "What are the arguments of N?", "How do I call N?",
    "What do I pass to N?", "parameters of N", "What arguments does N expect?", "List the parameters of N.", "What is the signature of N?", "What inputs does N have?", "Which parameters does N have?",
  ],
  returns: ["What does N return?", "What is the return type of N?", "What type does N return?", "return type of N", "What comes back from N?", "What do I get from N?"],
  calls: ["What does N call?", "Which functions does N call?", "What functions are called by N?", "What does N use?", "Which functions does N use?", "What is called in N?", "calls of N"],
  explain: [
    "Explain N.", "What does N do?", "What is N?", "Explain what N does.", "Describe N.", "Tell me about N.", "How does N work?", "what does N do", "Explain the function N.",
    "Can you explain N?", "What is N for?", "Please explain N.", "Summarise N.", "Help me understand N.", "Explain how N works.",
  ],
  callers: ["Who calls N?", "What calls N?", "Where is N called?", "Where is N used?", "Which functions call N?", "Who uses N?", "What uses N?", "Find the callers of N."],
  list: ["Which functions are in N?", "What is in N?", "List the functions of N.", "What does N define?", "What functions does N have?", "List the functions in N.", "What does the file N contain?"],
} as const;

const followUps = {
  where: ["Where is it defined?", "Where is it?", "Which file is it in?", "And where is it?", "In which file?", "On which lines?"],
  parameters: ["What about its parameters?", "What parameters does it take?", "And its parameters?", "What does it take?", "What are its arguments?", "How do I call it?", "And what does it take?"],
  returns: ["What does it return?", "And what does it return?", "What is its return type?"],
  calls: ["What does it call?", "And what does it call?", "Which functions does it call?", "What does it use?"],
  explain: ["What does it do?", "Explain it.", "And what does it do?", "Tell me more about it.", "How does it work?"],
  callers: ["Who calls it?", "And who calls it?", "Where is it called?", "Where is it used?"],
} as const;

const others = [
  "Hello", "Hi!", "Hi there", "Thanks!", "Thank you.", "Who are you?", "What can you do?", "What are you?", "Help", "Write me a poem.", "Tell me a joke.", "What is the weather like?",
  "Write a function that sorts a list.", "Write a test for this.", "How are you?", "Good morning", "Which model are you?", "Can you write code?", "What is a closure?", "Fix the bug.",
] as const;

export type QuestionKind = keyof typeof wordings;
export type FollowUpKind = keyof typeof followUps;

/** A question about a name or a path, in one of many wordings. */
export function question(kind: QuestionKind, name: string, chance: Chance): string {
  return chance.pick<string>(wordings[kind]).replace("N", () => mention(name, kind, chance));
}

export function followUp(kind: FollowUpKind, chance: Chance): string {
  return chance.pick<string>(followUps[kind]);
}

export function otherQuestion(chance: Chance): string {
  return chance.pick<string>(others);
}

/** What the editor asks about a selection, or what a person does. */
export function selectionQuestion(chance: Chance): string {
  return chance.is(0.6) ? codeQuestion("explain") : chance.pick(["Explain this code.", "What does this do?", "What is this?", "Explain this function.", "Explain the selection."]);
}

/** How people write a name: bare, in backticks, as a call, in quotes. */
function mention(name: string, kind: QuestionKind, chance: Chance): string {
  const shape = chance.below(10);
  if (shape < 4) return name;
  if (shape < 8 || kind === "list") return `\`${name}\``;
  return shape === 8 ? `${name}()` : `"${name}"`;
}
