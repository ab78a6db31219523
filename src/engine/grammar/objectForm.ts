import { type GrammarRules, jsonLiteral } from "./gbnf";
import { refuseSchema, type SchemaPlace } from "./schemaRefusal";

/** Gives the symbol of a part of the schema. */
export type CompilePart = (part: unknown, place: SchemaPlace) => string;

type Schema = Readonly<Record<string, unknown>>;

interface Property {
  readonly member: string;
  readonly isRequired: boolean;
}

/**
 * The grammar of an object: its properties in the schema's order, those that are not required left out or not. Others
 * are written only where the schema names none itself, which is never more than it allows.
 */
export function objectForm(schema: Schema, compile: CompilePart, rules: GrammarRules, place: SchemaPlace): string {
  const { properties = {}, required = [], additionalProperties: others = true } = schema;
  if (!isSchema(properties)) refuseSchema(place, '"properties"');
  if (!Array.isArray(required) || !required.every((name) => typeof name === "string")) refuseSchema(place, '"required"');
  checkNames(schema, place);
  const names = [...new Set([...Object.keys(properties), ...required])];
  if (names.length === 0) return others === false ? rules.define('"{" ws "}"', place) : mapForm(others, compile, rules, place);
  const members = names.map((name): Property => {
    const isListed = Object.hasOwn(properties, name);
    if (!isListed && others === false) refuseSchema(place, `the property "${name}", which is required and not allowed`);
    const value = isListed ? compile(properties[name], `${place}/properties/${pointerPart(name)}`) : compile(others, `${place}/additionalProperties`);
    return { member: rules.define(`${jsonLiteral(name)} ws ":" ws ${value} ws`, place), isRequired: required.includes(name) };
  });
  return rules.define(`"{" ws ${firstMember(members, rules, place)} "}"`, place);
}

/** Any names, values of one kind. */
function mapForm(others: unknown, compile: CompilePart, rules: GrammarRules, place: SchemaPlace): string {
  if (others === true) return "object";
  const member = rules.define(`string ws ":" ws ${compile(others, `${place}/additionalProperties`)} ws`, place);
  return rules.define(`"{" ws ( ${member} ( "," ws ${member} )* )? "}"`, place);
}

/** From the last one to the first: what may stand where no member does yet, and what may follow one. */
function firstMember(members: readonly Property[], rules: GrammarRules, place: SchemaPlace): string {
  let first = "";
  let following = "";
  for (const { member, isRequired } of members.toReversed()) {
    const chosen = `${member} ${following}`.trim();
    first = isRequired ? chosen : first === "" ? `( ${chosen} )?` : rules.define(`${chosen} | ${first}`, place);
    const next = isRequired ? `"," ws ${member} ${following}` : `( "," ws ${member} )? ${following}`;
    following = rules.define(next.trim(), place);
  }
  return first;
}

function checkNames({ propertyNames, minProperties, maxProperties, patternProperties, unevaluatedProperties = false }: Schema, place: SchemaPlace): void {
  const anyName = propertyNames === undefined || propertyNames === true || (isSchema(propertyNames) && Object.entries(propertyNames).every(([key, value]) => key === "type" && value === "string"));
  if (!anyName) refuseSchema(place, '"propertyNames"');
  if (minProperties !== undefined && minProperties !== 0) refuseSchema(place, '"minProperties"');
  if (maxProperties !== undefined) refuseSchema(place, '"maxProperties"');
  if (patternProperties !== undefined && !(isSchema(patternProperties) && Object.keys(patternProperties).length === 0)) refuseSchema(place, '"patternProperties"');
  if (typeof unevaluatedProperties !== "boolean") refuseSchema(place, '"unevaluatedProperties"');
}

export function isSchema(part: unknown): part is Schema {
  return typeof part === "object" && part !== null && !Array.isArray(part);
}

/** A name within a JSON pointer. */
export function pointerPart(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
