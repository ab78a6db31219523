import { isSchema } from "./objectForm";

type Schema = Readonly<Record<string, unknown>>;

/** Whether no value can fit two of the schemas: by their types, their fixed values, or a property that tells them apart. */
export function areDisjoint(schemas: readonly unknown[]): boolean {
  return schemas.every((one, index) => schemas.slice(index + 1).every((other) => excludeEachOther(one, other)));
}

function excludeEachOther(one: unknown, other: unknown): boolean {
  if (!isSchema(one) || !isSchema(other)) return false;
  const [first, second] = [fixedValues(one), fixedValues(other)];
  if (first && second) return first.every((value) => !second.includes(value));
  const [types, otherTypes] = [typesOf(one), typesOf(other)];
  if (types && otherTypes && types.every((type) => !otherTypes.includes(type))) return true;
  return tellingProperties(one).some((name) => {
    const [mine, theirs] = [fixedValues(propertyOf(one, name)), fixedValues(propertyOf(other, name))];
    return mine !== undefined && theirs?.every((value) => !mine.includes(value)) === true && requires(other, name);
  });
}

/** As JSON; undefined where the values are not listed. */
function fixedValues(schema: unknown): readonly string[] | undefined {
  if (!isSchema(schema)) return undefined;
  if (schema["const"] !== undefined) return [JSON.stringify(schema["const"])];
  return Array.isArray(schema["enum"]) ? schema["enum"].map((value) => JSON.stringify(value)) : undefined;
}

function typesOf({ type }: Schema): readonly string[] | undefined {
  const names = [type].flat().filter((name) => typeof name === "string");
  return names.length === 0 ? undefined : names.map((name) => (name === "integer" ? "number" : name));
}

/** Both are objects, or they would not be told apart by a property. */
function tellingProperties(schema: Schema): readonly string[] {
  const names = schema["type"] === "object" && isSchema(schema["properties"]) ? Object.keys(schema["properties"]) : [];
  return names.filter((name) => requires(schema, name));
}

function propertyOf({ properties }: Schema, name: string): unknown {
  return isSchema(properties) ? properties[name] : undefined;
}

function requires({ required }: Schema, name: string): boolean {
  return Array.isArray(required) && required.includes(name);
}
