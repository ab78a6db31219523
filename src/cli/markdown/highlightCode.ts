import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import c from "highlight.js/lib/languages/c";
import cpp from "highlight.js/lib/languages/cpp";
import csharp from "highlight.js/lib/languages/csharp";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import go from "highlight.js/lib/languages/go";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import kotlin from "highlight.js/lib/languages/kotlin";
import php from "highlight.js/lib/languages/php";
import python from "highlight.js/lib/languages/python";
import ruby from "highlight.js/lib/languages/ruby";
import rust from "highlight.js/lib/languages/rust";
import sql from "highlight.js/lib/languages/sql";
import swift from "highlight.js/lib/languages/swift";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";
import type { Paint, TextStyles } from "./textStyles";

const languages = { bash, c, cpp, csharp, css, diff, go, java, javascript, json, kotlin, php, python, ruby, rust, sql, swift, typescript, xml, yaml };

const aliases: Readonly<Record<string, readonly string[]>> = {
  bash: ["shellscript", "console"],
  javascript: ["javascriptreact"],
  json: ["jsonc", "json5"],
  typescript: ["typescriptreact"],
};

for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);
for (const [languageName, names] of Object.entries(aliases)) hljs.registerAliases([...names], { languageName });

/** Longer code is shown plain. In characters. */
const longestCode = 100_000;

export interface PaintedCode {
  /** One for each line of the code. */
  readonly lines: readonly string[];
  /** Lines at the front whose colours nothing can change that follows. */
  readonly settled: number;
}

/** Colours code of a language that is known; any other stays as it is. */
export function highlightCode(code: string, language: string, styles: TextStyles): PaintedCode {
  const plain = code.split("\n");
  const name = language.toLowerCase();
  if (!hljs.getLanguage(name) || code.length > longestCode || styles.syntax("keyword") === undefined) return { lines: plain, settled: plain.length - 1 };
  const { value, _top: mode } = hljs.highlight(code, { language: name, ignoreIllegals: true });
  // A mode inside of another one names it; the types leave that out.
  const { parent }: { readonly parent?: unknown } = mode ?? {};
  return { lines: paintedLines(value, styles), settled: parent === undefined ? plain.length - 1 : 0 };
}

const entities: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'" };

/** The highlighter writes spans with a class, and text. Each piece is painted for itself, so that every line stands alone. */
function paintedLines(html: string, styles: TextStyles): readonly string[] {
  const open: (Paint | undefined)[] = [];
  let text = "";
  for (const [part, name] of html.matchAll(/<span class="([^"<>]*)">|<\/span>|<|[^<]+/g)) {
    if (name !== undefined) open.push(paintOf(name, styles) ?? open.at(-1));
    else if (part === "</span>") open.pop();
    else text += painted(part.replaceAll(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => entities[entity] ?? entity), open.at(-1));
  }
  return text.split("\n");
}

function painted(text: string, paint: Paint | undefined): string {
  return paint ? text.split("\n").map(paint).join("\n") : text;
}

function paintOf(classes: string, styles: TextStyles): Paint | undefined {
  const [name = ""] = classes.split(" ");
  return styles.syntax(name.replace(/^hljs-/, ""));
}
