import type { GrammarRules } from "./gbnf";
import type { CompilePart } from "./objectForm";
import { refuseSchema, type SchemaPlace } from "./schemaRefusal";

type Schema = Readonly<Record<string, unknown>>;

/** The grammar of an array. Items that have a place of their own are all written, even where the schema would let them be left out. */
export function arrayForm(schema: Schema, compile: CompilePart, rules: GrammarRules, place: SchemaPlace): string {
  if (schema["uniqueItems"] === true) refuseSchema(place, '"uniqueItems"');
  if (schema["contains"] !== undefined) refuseSchema(place, '"contains"');
  const { fixed, rest } = itemsOf(schema, place);
  const least = countOf(schema, "minItems", place) ?? 0;
  const most = countOf(schema, "maxItems", place);
  if ((most ?? Infinity) < Math.max(least, fixed.length)) refuseSchema(place, '"maxItems"');
  const front = fixed.map((item, index) => element(compile(item, `${place}/prefixItems/${index}`), rules, place));
  const hasMore = fixed.length === 0 ? rest !== false && most !== 0 : (rest !== undefined && rest !== false && most !== fixed.length) || least > fixed.length;
  if (!hasMore) {
    if (least > fixed.length) refuseSchema(place, '"minItems"');
    return rules.define(`"[" ws ${front.join(' "," ws ')} "]"`, place);
  }
  const more = element(compile(rest ?? true, `${place}/items`), rules, place);
  return rules.define(`"[" ws ${list(front, more, { least, most }, rules, place)} "]"`, place);
}

function itemsOf({ prefixItems, items, additionalItems }: Schema, place: SchemaPlace): { fixed: readonly unknown[]; rest: unknown } {
  // Drafts before 2020-12 have the list in "items".
  if (Array.isArray(items)) return { fixed: items, rest: additionalItems };
  if (prefixItems !== undefined && !Array.isArray(prefixItems)) refuseSchema(place, '"prefixItems"');
  return { fixed: prefixItems ?? [], rest: items };
}

function list(front: readonly string[], more: string, { least, most }: { least: number; most: number | undefined }, rules: GrammarRules, place: SchemaPlace): string {
  const next = rules.define(`"," ws ${more}`, place);
  const left = (count: number | undefined, taken: number) => (count === undefined ? undefined : Math.max(0, count - taken));
  if (front.length > 0) return `${front.join(' "," ws ')} ${rules.repeat(next, Math.max(0, least - front.length), left(most, front.length), place)}`;
  const some = `${more} ${rules.repeat(next, Math.max(0, least - 1), left(most, 1), place)}`;
  return least === 0 ? `( ${some} )?` : some;
}

function element(symbol: string, rules: GrammarRules, place: SchemaPlace): string {
  return rules.define(`${symbol} ws`, place);
}

/** A number of items or characters; undefined where the schema has none. */
export function countOf(schema: Schema, keyword: string, place: SchemaPlace): number | undefined {
  const count = schema[keyword];
  if (count === undefined) return undefined;
  if (typeof count !== "number" || !Number.isInteger(count) || count < 0) refuseSchema(place, `"${keyword}"`);
  return count;
}
