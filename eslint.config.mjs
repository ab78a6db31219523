import tseslint from "typescript-eslint";

const rooms = ["common", "engine", "rag", "chat", "vscode", "webview", "cli", "service"];
const roots = ["assistant", "extension"];

/**
 * The import rules of the house (see CONTRIBUTING.md). `may` lists the rooms a folder may import from; an entry with
 * a slash allows that one file of the room only.
 */
function house(folder, may, { vscode = "none" } = {}) {
  const whole = may.filter((name) => !name.includes("/"));
  const files = may.filter((name) => name.includes("/"));
  const closed = [...rooms, ...roots].filter((room) => room !== folder && !whole.includes(room));
  const patterns = closed.map((room) => {
    const open = files.filter((file) => file.startsWith(`${room}/`)).map((file) => file.slice(room.length + 1));
    const except = open.length > 0 ? `(?!/(${open.join("|")})$)` : "";
    return {
      regex: `^(\\.\\./)+${room}${except}(/|$)`,
      message: `src/${folder} may not import from ${room}: see the table of rooms in CONTRIBUTING.md.`,
    };
  });
  if (vscode !== "all") {
    patterns.push({
      regex: "^vscode$",
      allowTypeImports: vscode === "types",
      message: "Only src/extension.ts and src/vscode import the editor's API.",
    });
  }
  return {
    files: [`src/${folder}/**/*.ts`],
    rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns: [...patterns, ...oneImporter] }] },
  };
}

/** Each runtime dependency has one importer; that file is exempted below. */
const oneImporter = [
  { regex: "^node-llama-cpp$", allowTypeImports: true, message: "src/engine/llama.ts is the one importer of node-llama-cpp; others take its types." },
  { regex: "^vectra", message: "src/rag/vectorShard.ts is the one importer of vectra." },
];

const enginePorts = ["engine/ports", "engine/protocol", "engine/ranges"];

export default tseslint.config(
  // AssemblyScript has other types; its compiler checks it with each build.
  { ignores: ["dist/", "out/", "node_modules/", ".cache/", "samples/", "src/engine/guidance/assembly/"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/no-invalid-void-type": "off",
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      "@typescript-eslint/no-empty-function": "off",
      "no-empty": ["error", { allowEmptyCatch: false }],
      "max-lines": ["warn", { max: 300, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["warn", { max: 40, skipBlankLines: true, skipComments: true }],
    },
  },
  house("common", []),
  house("engine", ["common"]),
  house("rag", ["common", ...enginePorts]),
  house("chat", ["common", ...enginePorts, "rag/ports"]),
  house("vscode", ["common", "engine", "rag", "chat", "assistant", "webview/protocol"], { vscode: "all" }),
  house("webview", ["common/rpc", "common/errors", "common/disposable", "common/l10n"]),
  house("cli", ["common", "engine", "rag", "chat", "assistant", "service"]),
  house("service", ["common", "engine", "rag", "chat", "assistant"]),
  { files: ["src/engine/llama.ts", "src/rag/vectorShard.ts"], rules: { "@typescript-eslint/no-restricted-imports": "off" } },
  {
    files: ["test/**/*.ts"],
    rules: {
      "max-lines-per-function": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-restricted-imports": "off",
    },
  },
);
