/** A tree-sitter grammar with the query that finds its definitions. */
export interface Grammar {
  /** The part of the file name after `tree-sitter-`. */
  readonly file: string;
  /**
   * Captures `@definition` (the whole of it), where it has them `@name` and `@container` (what it belongs to but does not
   * lie in), `@rest` for a definition that holds all that follows it, and `@lead` for what belongs to the definition below
   * it: comments, decorators, attributes.
   */
  readonly query: string;
}

/** `(type name: (_) @name) @definition` for each node type. */
const named = (types: string, field = "name: "): string =>
  types
    .split(" ")
    .map((type) => `(${type} ${field}(_) @name) @definition`)
    .join("\n");

/** The same where a body is there: without one the name is only mentioned. */
const withBody = (types: string): string =>
  types
    .split(" ")
    .map((type) => `(${type} name: (_) @name body: (_)) @definition`)
    .join("\n");

const functionValue = "[(arrow_function) (function_expression)]";

/** Calls such as `describe("...", () => {})` have no name of their own, but are good places to cut. */
const javascript = `
${named("class_declaration function_declaration generator_function_declaration method_definition")}
(program (lexical_declaration (variable_declarator name: (identifier) @name)) @definition)
(program (variable_declaration (variable_declarator name: (identifier) @name)) @definition)
(program (export_statement (lexical_declaration (variable_declarator name: (identifier) @name)) @definition))
(variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression) (class)]) @definition
(pair key: (property_identifier) @name value: ${functionValue}) @definition
(assignment_expression left: (member_expression property: (_) @name) right: [(arrow_function) (function_expression) (class)]) @definition
(call_expression arguments: (arguments . [(string) (template_string)] ${functionValue})) @definition
[(comment) (decorator)] @lead
`;

const typescript = `
${javascript}
${named("abstract_class_declaration interface_declaration type_alias_declaration enum_declaration function_signature")}
${named("internal_module module abstract_method_signature public_field_definition method_signature")}
(program (ambient_declaration (lexical_declaration (variable_declarator name: (identifier) @name))) @definition)
`;

const cppFunction =
  "(function_declarator declarator: [(identifier) (field_identifier) (qualified_identifier) (destructor_name) (operator_name)] @name)";
const cppDeclarators = `
  ${cppFunction}
  (pointer_declarator declarator: ${cppFunction})
  (pointer_declarator declarator: (pointer_declarator declarator: ${cppFunction}))
  (reference_declarator ${cppFunction})`;
/** Where a declaration is one of the file, not a local variable. */
const cppScopes = "translation_unit preproc_ifdef preproc_if preproc_else preproc_elif declaration_list field_declaration_list template_declaration";

const cpp = `
${withBody("class_specifier struct_specifier union_specifier enum_specifier")}
${named("namespace_definition alias_declaration concept_definition preproc_function_def")}
(preproc_def name: (_) @name value: (_)) @definition
(function_definition declarator: [${cppDeclarators}]) @definition
(field_declaration declarator: [${cppDeclarators}]) @definition
${cppScopes
  .split(" ")
  .map((scope) => `(${scope} (declaration declarator: [${cppDeclarators} (init_declarator declarator: (identifier) @name)]) @definition)`)
  .join("\n")}
(type_definition declarator: (type_identifier) @name) @definition
(type_definition declarator: (function_declarator declarator: (parenthesized_declarator (pointer_declarator declarator: (type_identifier) @name)))) @definition
[(comment) (template_parameter_list)] @lead
`;

const goReceiver = "[(type_identifier) @container (generic_type type: (_) @container)]";

const grammars = {
  bash: `
${named("function_definition")}
(program (variable_assignment name: (_) @name) @definition)
(program (declaration_command (variable_assignment name: (_) @name)) @definition)
(comment) @lead`,
  "c-sharp": `
${named("class_declaration struct_declaration interface_declaration enum_declaration record_declaration")}
${named("method_declaration constructor_declaration property_declaration delegate_declaration namespace_declaration")}
${named("local_function_statement event_declaration")}
(event_field_declaration (variable_declaration (variable_declarator name: (_) @name))) @definition
[(indexer_declaration) (operator_declaration) (conversion_operator_declaration) (destructor_declaration)] @definition
(file_scoped_namespace_declaration name: (_) @name) @rest
(comment) @lead`,
  cpp,
  css: `
(rule_set (selectors) @name) @definition
[(media_statement) (supports_statement) (at_rule)] @definition
(keyframes_statement (keyframes_name) @name) @definition
(comment) @lead`,
  go: `
${named("function_declaration type_spec type_alias")}
(method_declaration receiver: (parameter_list (parameter_declaration type: [${goReceiver} (pointer_type ${goReceiver})])) name: (_) @name) @definition
(method_elem name: (_) @name) @definition
(source_file (const_declaration (const_spec name: (_) @name)) @definition)
(source_file (var_declaration (var_spec name: (_) @name)) @definition)
(source_file (var_declaration (var_spec_list (var_spec name: (_) @name))) @definition)
(comment) @lead`,
  ini: `
(section (section_name (text) @name)) @definition
(comment) @lead`,
  java: `
${named("class_declaration interface_declaration enum_declaration record_declaration annotation_type_declaration")}
${named("method_declaration constructor_declaration compact_constructor_declaration")}
(field_declaration (modifiers "static" "final") declarator: (variable_declarator name: (_) @name)) @definition
[(line_comment) (block_comment)] @lead`,
  javascript: `${javascript}
(field_definition property: (_) @name value: ${functionValue}) @definition`,
  php: `
${named("class_declaration interface_declaration trait_declaration enum_declaration method_declaration function_definition")}
(namespace_definition name: (_) @name body: (_)) @definition
(namespace_definition name: (_) @name !body) @rest
(const_declaration (const_element (name) @name)) @definition
(comment) @lead`,
  powershell: `
(function_statement (function_name) @name) @definition
(class_statement . (simple_name) @name) @definition
(class_method_definition (simple_name) @name) @definition
(enum_statement . (simple_name) @name) @definition
(comment) @lead`,
  python: `
${named("class_definition function_definition")}
(module (expression_statement (assignment left: (identifier) @name)) @definition)
(type_alias_statement left: (_) @name) @definition
[(comment) (decorator)] @lead`,
  ruby: `
${named("module class method singleton_method")}
(assignment left: (constant) @name) @definition
(call arguments: (argument_list . (string)) block: (_)) @definition
(comment) @lead`,
  rust: `
${named("mod_item struct_item enum_item trait_item function_item type_item const_item static_item union_item macro_definition")}
${named("function_signature_item associated_type")}
(impl_item type: [(type_identifier) @name (scoped_type_identifier) @name (reference_type) @name (generic_type type: (_) @name)]) @definition
[(line_comment) (block_comment) (attribute_item)] @lead`,
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
