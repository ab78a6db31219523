import { seeded } from "../../fixtures/seeded";

const words = "the parser keeps every line of a block until its fence is closed so that nothing which was drawn moves again while tokens arrive and the reader scrolls".split(" ");

/** Markdown of about as many tokens, in pieces as a model hands them on; the same each time. */
export function mixedAnswer(tokens: number): string[] {
  const random = seeded(7);
  const sentence = (length: number) => `${Array.from({ length }, () => words[Math.floor(random() * words.length)]).join(" ")}.`;
  const code = (lines: number) => ["```ts src/made/up.ts", ...Array.from({ length: lines }, (_, i) => codeLine(i)), "```"].join("\n");
  const parts: (() => string)[] = [
    () => `## ${sentence(4)}\n\n${sentence(30)} **${sentence(3)}** See \`src/app.ts:12\`, \`Parser.parseLine()\` and [a page](https://example.org/).`,
    () => Array.from({ length: 12 }, (_, i) => `${i + 1}. ${sentence(8)}\n   - \`${words[i % words.length] ?? ""}\` ${sentence(5)}`).join("\n"),
    () => code(24),
    () => `| name | value | meaning |\n|---|---|---|\n${Array.from({ length: 20 }, (_, i) => `| row ${i} | ${i * 7} | ${sentence(4)} |`).join("\n")}`,
    () => `> ${sentence(20)}\n>\n> > ${sentence(12)}\n> > - ${sentence(4)}\n> > - ${sentence(4)}\n>\n> ${sentence(9)}`,
    () => `- [x] ${sentence(5)}\n- [ ] ${sentence(6)}\n\n${sentence(60)}`,
  ];
  const early = [code(2000), Array.from({ length: 150 }, (_, i) => `- ${sentence(6)} \`item${i}\``).join("\n"), sentence(400)];
  const sections: string[] = [...parts.map((part) => part()), ...early];
  for (let i = 0; countPieces(sections) < tokens; i++) sections.push((parts[i % parts.length] ?? parts[0]!)());
  const pieces = split(`${sections.join("\n\n")}\n\n${code(40).slice(0, -4)}`);
  return pieces.slice(0, Math.max(tokens, 0));
}

function codeLine(i: number): string {
  const lines = [`  const v${i} = f(${i}, "a");`, `  // step ${i}`, `  if (v${i - 2} > 3) return;`, `}`, `export class C${i} {`];
  return lines[i % lines.length] ?? "";
}

/** Roughly as a tokenizer cuts: words with the space before them and the marks after them. */
function split(text: string): string[] {
  return text.match(/ ?\w{1,8}[^\s\w]*|\n+ *| +|[^\s\w]+/g) ?? [];
}

function countPieces(sections: readonly string[]): number {
  return sections.reduce((sum, section) => sum + split(section).length, 0);
}
