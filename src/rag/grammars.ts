/** A tree-sitter grammar with the query that finds its definitions. */
export interface Grammar {
  /** The part of the file name after `tree-sitter-`. */
  readonly file: string;
  /** Captures `@definition` (the whole of it) and, where it has one, `@name`. */
  readonly query: string;
}

/** `(type name: (_) @name) @definition` for each node type. */
const named = (types: string, field = "name: "): string =>
  types
    .split(" ")
    .map((type) => `(${type} ${field}(_) @name) @definition`)
    .join("\n");

const javascript = `
${named("class_declaration function_declaration generator_function_declaration method_definition")}
(program (lexical_declaration (variable_declarator name: (identifier) @name)) @definition)
(program (variable_declaration (variable_declarator name: (identifier) @name)) @definition)
(program (export_statement (lexical_declaration (variable_declarator name: (identifier) @name)) @definition))
(variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression) (class)]) @definition
(pair key: (property_identifier) @name value: [(arrow_function) (function_expression)]) @definition
(assignment_expression left: (member_expression property: (_) @name) right: [(arrow_function) (function_expression) (class)]) @definition
`;

const typescript = `
${javascript}
${named("abstract_class_declaration interface_declaration type_alias_declaration enum_declaration function_signature")}
${named("internal_module module abstract_method_signature public_field_definition")}
`;

const cpp = `
${named("class_specifier struct_specifier union_specifier enum_specifier namespace_definition alias_declaration", "name: ")}
${named("preproc_function_def")}
(function_definition declarator: (function_declarator declarator: (_) @name)) @definition
(function_definition declarator: (_ declarator: (function_declarator declarator: (_) @name))) @definition
(type_definition declarator: (type_identifier) @name) @definition
`;

const grammars = {
  bash: named("function_definition"),
  "c-sharp": `
${named("class_declaration struct_declaration interface_declaration enum_declaration record_declaration")}
${named("method_declaration constructor_declaration property_declaration delegate_declaration namespace_declaration")}
${named("local_function_statement")}`,
  cpp,
  css: `
(rule_set (selectors) @name) @definition
(media_statement) @definition
(keyframes_statement (keyframes_name) @name) @definition`,
  go: `
${named("function_declaration method_declaration type_spec")}
(source_file (const_declaration (const_spec name: (_) @name)) @definition)
(source_file (var_declaration (var_spec name: (_) @name)) @definition)`,
  ini: "(section (section_name (text) @name)) @definition",
  java: named(
    "class_declaration interface_declaration enum_declaration record_declaration annotation_type_declaration method_declaration constructor_declaration",
  ),
  javascript: `${javascript}
(field_definition property: (_) @name value: [(arrow_function) (function_expression)]) @definition`,
  php: named(
    "class_declaration interface_declaration trait_declaration enum_declaration method_declaration function_definition namespace_definition",
  ),
  powershell: `
(function_statement (function_name) @name) @definition
(class_statement (simple_name) @name) @definition
(class_method_definition (simple_name) @name) @definition
(enum_statement (simple_name) @name) @definition`,
  python: `
${named("class_definition function_definition")}
(module (expression_statement (assignment left: (identifier) @name)) @definition)`,
  ruby: named("module class method singleton_method"),
  rust: `
${named("mod_item struct_item enum_item trait_item function_item type_item const_item static_item union_item macro_definition")}
${named("function_signature_item")}
(impl_item type: (_) @name) @definition`,
  tsx: typescript,
  typescript,
} as const satisfies Readonly<Record<string, string>>;

const grammarByLanguage: Readonly<Record<string, keyof typeof grammars>> = {
  c: "cpp",
  cpp: "cpp",
  csharp: "c-sharp",
  css: "css",
  go: "go",
  ini: "ini",
  java: "java",
  javascript: "javascript",
  javascriptreact: "javascript",
  php: "php",
  powershell: "powershell",
  properties: "ini",
  python: "python",
  ruby: "ruby",
  rust: "rust",
  shellscript: "bash",
  typescript: "typescript",
  typescriptreact: "tsx",
};

/** The grammar of a VS Code language id, or undefined where there is none. */
export function grammarOf(language: string): Grammar | undefined {
  const file = grammarByLanguage[language];
  return file && { file, query: grammars[file] };
}

/** Language ids that have a grammar. */
export const parsedLanguages: readonly string[] = Object.keys(grammarByLanguage);
