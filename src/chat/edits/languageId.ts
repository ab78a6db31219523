const aliases: Readonly<Record<string, string>> = {
  ts: "typescript", mts: "typescript", cts: "typescript", tsx: "typescriptreact", js: "javascript", mjs: "javascript", cjs: "javascript", jsx: "javascriptreact",
  py: "python", python3: "python", rb: "ruby", rs: "rust", golang: "go", kt: "kotlin", cs: "csharp", "c#": "csharp", "c++": "cpp", cc: "cpp", hpp: "cpp", h: "c",
  sh: "shellscript", bash: "shellscript", zsh: "shellscript", shell: "shellscript", console: "shellscript", ps1: "powershell", pwsh: "powershell",
  yml: "yaml", md: "markdown", text: "plaintext", txt: "plaintext", docker: "dockerfile", make: "makefile", objc: "objective-c", "f#": "fsharp", pl: "perl",
};

/** The editor's id for a language as a fence names it; what is not known is handed on in small letters. Empty: not named. */
export function languageId(name: string): string {
  const plain = name.trim().toLowerCase();
  return Object.hasOwn(aliases, plain) ? (aliases[plain] ?? plain) : plain;
}
