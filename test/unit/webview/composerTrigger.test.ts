import assert from "node:assert/strict";
import { findTrigger } from "../../../src/webview/composer/trigger";

describe("what the composer completes", () => {
  /** The caret stands at the bar. */
  const cases: readonly [text: string, found: string | undefined][] = [
    ["|", undefined],
    ["@|", "mention '' 0-1"],
    ["#|", "mention '' 0-1"],
    ["Explain @ap|", "mention 'ap' 8-11"],
    ["Explain @ap|ple", "mention 'ap' 8-11"],
    ["Explain @src/app.ts|", "mention 'src/app.ts' 8-19"],
    ["Explain @app |", undefined],
    ["Line one\n@a|", "mention 'a' 9-11"],
    ["(@a|", "mention 'a' 1-3"],
    ["@symbol:|", "mention 'symbol' of '' 0-8"],
    ["#symbol:make|", "mention 'symbol' of 'make' 0-12"],
    ["@else:make|", "mention 'else:make' 0-10"],
    ["@constructor:x|", "mention 'constructor:x' 0-14"],
    ["me@home|", undefined],
    ["a#b|", undefined],
    ["@@a|", undefined],
    ["Issue #12|", undefined],
    ["# Heading|", undefined],
    ["The `@a|", undefined],
    ["The `x` and @a|", "mention 'a' 12-14"],
    ["```\n@a|", undefined],
    ["```\nx\n```\n@a|", "mention 'a' 10-12"],
    ["/|", "command '' 0-1"],
    ["/ex|", "command 'ex' 0-3"],
    [" /ex|", "command 'ex' 1-4"],
    ["/ex|plain", "command 'ex' 0-3"],
    ["/explain |", undefined],
    ["/etc/hosts|", undefined],
    ["Then /ex|", undefined],
    ["/explain @a|", "mention 'a' 9-11"],
  ];
  for (const [text, expected] of cases) {
    it(`${JSON.stringify(text)}: ${expected ?? "nothing"}`, () => {
      const found = findTrigger(text.replace("|", ""), text.indexOf("|"));
      const of = found?.kind === "mention" && found.of !== undefined ? `'${found.of}' of ` : "";
      assert.equal(found && `${found.kind} ${of}'${found.query}' ${found.start}-${found.end}`, expected);
    });
  }
});
