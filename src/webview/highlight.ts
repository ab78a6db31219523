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
import markdown from "highlight.js/lib/languages/markdown";
import php from "highlight.js/lib/languages/php";
import python from "highlight.js/lib/languages/python";
import ruby from "highlight.js/lib/languages/ruby";
import rust from "highlight.js/lib/languages/rust";
import sql from "highlight.js/lib/languages/sql";
import swift from "highlight.js/lib/languages/swift";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";

const languages = {
  bash, c, cpp, csharp, css, diff, go, java, javascript, json, kotlin, markdown,
  php, python, ruby, rust, sql, swift, typescript, xml, yaml,
};

for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);
hljs.registerAliases(["javascriptreact"], { languageName: "javascript" });
hljs.registerAliases(["typescriptreact"], { languageName: "typescript" });
hljs.registerAliases(["shellscript", "console"], { languageName: "bash" });
hljs.registerAliases(["jsonc", "json5"], { languageName: "json" });

export function isKnownLanguage(language: string): boolean {
  return hljs.getLanguage(language) !== undefined;
}

export interface Highlighted {
  /** Escaped text in spans of `hljs-` classes. */
  readonly html: string;
  /** Whether the language is at its outermost level at the end, outside of any comment, string or tag. */
  readonly isClosed: boolean;
}

/** Colours code of a language that is known. */
export function highlight(code: string, language: string): Highlighted {
  const { value, _top: mode } = hljs.highlight(code, { language, ignoreIllegals: true });
  // A mode inside of another one names it; the types leave that out.
  const { parent }: { readonly parent?: unknown } = mode ?? {};
  return { html: value, isClosed: parent === undefined };
}
