import { countOf } from "./arrayForm";
import type { GrammarRules } from "./gbnf";
import { patternBody } from "./patternForm";
import { refuseSchema, type SchemaPlace } from "./schemaRefusal";

const year = "[0-9]{4}";
const day = '( "0" [1-9] | [12] [0-9] | "3" [01] )';
/** Days that every year has in each month: a date that does not exist is none. */
const monthDay = `( ( "01" | "03" | "05" | "07" | "08" | "10" | "12" ) "-" ${day} | ( "04" | "06" | "09" | "11" ) "-" ( "0" [1-9] | [12] [0-9] | "30" ) | "02-" ( "0" [1-9] | "1" [0-9] | "2" [0-8] ) )`;
const clock = '( [01] [0-9] | "2" [0-3] ) ":" [0-5] [0-9] ":" [0-5] [0-9] ( "." [0-9]{1,9} )?';
const zone = '( "Z" | [+-] ( [01] [0-9] | "2" [0-3] ) ":" [0-5] [0-9] )';
const byte = '( [0-9] | [1-9] [0-9] | "1" [0-9]{2} | "2" [0-4] [0-9] | "25" [0-5] )';
const label = "[a-zA-Z0-9] ( [a-zA-Z0-9-]{0,40} [a-zA-Z0-9] )?";

/** What the texts of a format look like; all of them are texts of the format, though not every such text is among them. */
const formats: Readonly<Record<string, string>> = {
  date: `${year} "-" ${monthDay}`,
  time: `${clock} ${zone}`,
  "date-time": `${year} "-" ${monthDay} "T" ${clock} ${zone}`,
  uuid: '[0-9a-f]{8} "-" [0-9a-f]{4} "-" [1-5] [0-9a-f]{3} "-" [89ab] [0-9a-f]{3} "-" [0-9a-f]{12}',
  ipv4: `${byte} "." ${byte} "." ${byte} "." ${byte}`,
  email: `[a-zA-Z0-9_] ( [a-zA-Z0-9_.+-]{0,40} [a-zA-Z0-9_] )? "@" ( ${label} "." )+ [a-zA-Z]{2,20}`,
  hostname: `${label} ( "." ${label} )*`,
};

type Schema = Readonly<Record<string, unknown>>;

/** The grammar of a string. Lengths count characters. */
export function stringForm(schema: Schema, rules: GrammarRules, place: SchemaPlace): string {
  const { format, pattern } = schema;
  const least = countOf(schema, "minLength", place) ?? 0;
  const most = countOf(schema, "maxLength", place);
  if (most !== undefined && most < least) refuseSchema(place, '"maxLength"');
  const isBounded = least > 0 || most !== undefined;
  if (pattern !== undefined) {
    if (typeof pattern !== "string" || isBounded) refuseSchema(place, '"pattern"');
    return rules.define(`"\\"" ${patternBody(pattern, rules, place)} "\\""`, place);
  }
  if (format !== undefined) return formatForm(format, isBounded, rules, place);
  return isBounded ? rules.define(`"\\"" ${rules.repeat("char", least, most, place)} "\\""`, place) : "string";
}

function formatForm(format: unknown, isBounded: boolean, rules: GrammarRules, place: SchemaPlace): string {
  const body = typeof format === "string" && Object.hasOwn(formats, format) ? formats[format] : undefined;
  if (body === undefined || isBounded) refuseSchema(place, `"format" ${JSON.stringify(format)}`);
  return rules.define(`"\\"" ${body} "\\""`, place);
}
