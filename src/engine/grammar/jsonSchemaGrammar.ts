import type { JsonSchema } from "../ports";
import { arrayForm } from "./arrayForm";
import { areDisjoint } from "./disjoint";
import { GrammarRules, jsonLiteral } from "./gbnf";
import { numberForm } from "./numberForm";
import { isSchema, objectForm } from "./objectForm";
import { refuseSchema, type SchemaPlace } from "./schemaRefusal";
import { stringForm } from "./stringForm";

type Schema = Readonly<Record<string, unknown>>;

/** Schemas within schemas. */
const deepest = 64;

/** Keywords that say what a value is in a way of their own; other constraints beside them would have to be joined with theirs. */
const wholeForms = ["$ref", "anyOf", "oneOf", "allOf", "const", "enum"] as const;

const neverKept = ["not", "if", "then", "else", "dependentRequired", "dependentSchemas", "dependencies", "$dynamicRef", "$recursiveRef"];

/** What a value of a type may be asked for; a constraint of another type says nothing about it. */
const constraints = {
  object: ["properties", "required", "additionalProperties", "propertyNames", "minProperties", "maxProperties", "patternProperties"],
  array: ["items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"],
  string: ["minLength", "maxLength", "pattern", "format"],
  number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
} as const;

const types = ["object", "array", "string", "number", "integer", "boolean", "null"] as const;
type TypeName = (typeof types)[number];

/**
 * The GBNF grammar of the JSON that a schema allows. It may allow less than the schema (properties come in its order, and
 * none that it does not name), but nothing else. Throws "bad-use" for a schema with a part that it cannot keep to.
 */
export function jsonSchemaGrammar(schema: JsonSchema): string {
  return new SchemaGrammar(schema).write();
}

class SchemaGrammar {
  readonly #rules = new GrammarRules();
  readonly #references = new Map<string, string>();
  /** References that are followed without a character in between: one that comes twice never ends. */
  #open: readonly string[] = [];
  #depth = 0;

  constructor(readonly root: JsonSchema) {}

  write(): string {
    return this.#rules.write(this.#compile(this.root, "#"));
  }

  #compile(part: unknown, place: SchemaPlace): string {
    if (part === true) return "value";
    if (!isSchema(part)) return refuseSchema(place, JSON.stringify(part));
    if (++this.#depth > deepest) refuseSchema(place, "schemas so deep within each other");
    const symbol = this.#form(part, place);
    this.#depth--;
    return symbol;
  }

  #form(schema: Schema, place: SchemaPlace): string {
    for (const keyword of neverKept) if (schema[keyword] !== undefined) refuseSchema(place, `"${keyword}"`);
    const whole = wholeForms.filter((keyword) => schema[keyword] !== undefined);
    const [form, second] = whole;
    if (form === undefined) return this.#typed(schema, place);
    const beside = second ?? Object.values(constraints).flat().find((keyword) => schema[keyword] !== undefined);
    if (beside !== undefined) refuseSchema(place, `"${form}" beside "${beside}"`);
    return this.#wholeForm(form, schema, place);
  }

  #wholeForm(form: (typeof wholeForms)[number], schema: Schema, place: SchemaPlace): string {
    const part = schema[form];
    const hasType = schema["type"] !== undefined;
    switch (form) {
      case "const":
        return this.#literals([part], schema, place);
      case "enum":
        return Array.isArray(part) ? this.#literals(part, schema, place) : refuseSchema(place, '"enum"');
      case "$ref":
        return typeof part === "string" && !hasType ? this.#reference(part, place) : refuseSchema(place, '"$ref"');
      case "anyOf":
      case "oneOf":
      case "allOf":
        return Array.isArray(part) && part.length > 0 && !hasType ? this.#branches(form, part, place) : refuseSchema(place, `"${form}"`);
    }
  }

  #literals(values: readonly unknown[], { type }: Schema, place: SchemaPlace): string {
    const allowed = type === undefined ? values : values.filter((value) => [type].flat().some((name) => isOfType(value, name)));
    if (allowed.length === 0) refuseSchema(place, "a list of values without one that fits");
    return this.#rules.define(allowed.map(jsonLiteral).join(" | "), place);
  }

  #branches(form: "anyOf" | "oneOf" | "allOf", parts: readonly unknown[], place: SchemaPlace): string {
    if (form === "allOf" && parts.length > 1) refuseSchema(place, '"allOf" of several schemas');
    if (form === "oneOf" && !areDisjoint(parts.map((part) => this.#resolved(part)))) refuseSchema(place, '"oneOf" of schemas that a value may fit several of');
    const symbols = parts.map((part, index) => this.#compile(part, `${place}/${form}/${index}`));
    return this.#rules.choice(symbols, place);
  }

  #typed(schema: Schema, place: SchemaPlace): string {
    const { type } = schema;
    if (type === undefined) return this.#untyped(schema, place);
    const names = [type].flat();
    if (names.length === 0 || !names.every(isTypeName)) refuseSchema(place, `"type" ${JSON.stringify(type)}`);
    return this.#rules.choice(names.map((name) => this.#ofType(name, schema, place)), place);
  }

  /** A constraint without a type says nothing about values of other types, which the schema then allows as they are. */
  #untyped(schema: Schema, place: SchemaPlace): string {
    const constrained = Object.entries(constraints).filter(([, keywords]) => keywords.some((keyword) => schema[keyword] !== undefined));
    if (constrained.length === 0) return "value";
    const [[type] = []] = constrained;
    return type === undefined || constrained.length > 1 ? refuseSchema(place, 'constraints without a "type"') : this.#ofType(type as TypeName, schema, place);
  }

  #ofType(type: TypeName, schema: Schema, place: SchemaPlace): string {
    switch (type) {
      case "object":
        return this.#within(() => objectForm(schema, (part, at) => this.#compile(part, at), this.#rules, place));
      case "array":
        return this.#within(() => arrayForm(schema, (part, at) => this.#compile(part, at), this.#rules, place));
      case "string":
        return stringForm(schema, this.#rules, place);
      case "number":
      case "integer":
        return numberForm(schema, type === "integer", this.#rules, place);
      case "boolean":
      case "null":
        return type;
    }
  }

  /** What stands in brackets comes after a character, so that references may come again. */
  #within(work: () => string): string {
    const open = this.#open;
    this.#open = [];
    const symbol = work();
    this.#open = open;
    return symbol;
  }

  #reference(reference: string, place: SchemaPlace): string {
    if (this.#open.includes(reference)) refuseSchema(place, `"$ref" ${JSON.stringify(reference)}, which leads to itself`);
    const known = this.#references.get(reference);
    if (known !== undefined) return known;
    const name = this.#rules.reserve();
    this.#references.set(reference, name);
    this.#open = [...this.#open, reference];
    this.#rules.fill(name, this.#compile(this.#lookUp(reference, place), reference), place);
    this.#open = this.#open.slice(0, -1);
    return name;
  }

  #resolved(part: unknown): unknown {
    return isSchema(part) && typeof part["$ref"] === "string" ? this.#lookUp(part["$ref"], part["$ref"]) : part;
  }

  #lookUp(reference: string, place: SchemaPlace): unknown {
    if (reference !== "#" && !reference.startsWith("#/")) refuseSchema(place, `"$ref" ${JSON.stringify(reference)}`);
    let found: unknown = this.root;
    for (const part of reference.split("/").slice(1)) {
      const name = pointerName(part) ?? refuseSchema(place, `"$ref" ${JSON.stringify(reference)}`);
      if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) refuseSchema(place, `"$ref" ${JSON.stringify(reference)}`);
      found = (found as Schema)[name];
    }
    return found;
  }
}

/** A name as it stands in a pointer within a URL; undefined where it is none. */
function pointerName(part: string): string | undefined {
  if (/%(?![0-9a-fA-F]{2})/.test(part)) return undefined;
  return part.replaceAll(/%([0-7][0-9a-fA-F])/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16))).replaceAll("~1", "/").replaceAll("~0", "~");
}

function isTypeName(name: unknown): name is TypeName {
  return types.some((type) => type === name);
}

function isOfType(value: unknown, type: unknown): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isSchema(value);
  return type === "integer" ? Number.isInteger(value) : typeof value === type;
}
