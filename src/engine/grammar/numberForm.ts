import type { GrammarRules } from "./gbnf";
import { refuseSchema, type SchemaPlace } from "./schemaRefusal";

/** The numbers that a schema allows; a bound that is missing is undefined. */
interface Bounds {
  readonly least: number | undefined;
  readonly most: number | undefined;
  readonly withoutLeast: boolean;
  readonly withoutMost: boolean;
}

/** Whole numbers are written with so many digits at most, which lies within what a double tells apart. */
const mostDigits = 16;
const greatest = 10 ** mostDigits - 1;

const keywords = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"] as const;

type Schema = Readonly<Record<string, unknown>>;

/** The grammar of a number within the schema's bounds. */
export function numberForm(schema: Schema, isInteger: boolean, rules: GrammarRules, place: SchemaPlace): string {
  for (const keyword of keywords) if (schema[keyword] !== undefined && typeof schema[keyword] !== "number") refuseSchema(place, `"${keyword}"`);
  if (schema["multipleOf"] !== undefined && !(isInteger && schema["multipleOf"] === 1)) refuseSchema(place, '"multipleOf"');
  const bounds = boundsOf(schema, place);
  if (bounds.least === undefined && bounds.most === undefined) return isInteger ? "integer" : "number";
  const options = isInteger ? signed(wholeBounds(bounds), naturals) : signed(decimalBounds(bounds, place), decimals);
  if (options.length === 0) refuseSchema(place, "bounds that no number lies between");
  return rules.define(options.join(" | "), place);
}

function boundsOf(schema: Schema, place: SchemaPlace): Bounds {
  const [minimum, maximum, above, below] = keywords.map((keyword) => schema[keyword]) as readonly (number | undefined)[];
  const withoutLeast = above !== undefined && (minimum === undefined || above >= minimum);
  const withoutMost = below !== undefined && (maximum === undefined || below <= maximum);
  const least = withoutLeast ? above : minimum;
  const most = withoutMost ? below : maximum;
  if ((least ?? 0) > greatest || (most ?? 0) < -greatest) refuseSchema(place, "a bound with so many digits");
  return { least: least !== undefined && least < -greatest ? undefined : least, most: most !== undefined && most > greatest ? undefined : most, withoutLeast, withoutMost };
}

function wholeBounds({ least, most, withoutLeast, withoutMost }: Bounds): Bounds {
  return {
    least: least === undefined ? undefined : withoutLeast ? Math.floor(least) + 1 : Math.ceil(least),
    most: most === undefined ? undefined : withoutMost ? Math.ceil(most) - 1 : Math.floor(most),
    withoutLeast: false,
    withoutMost: false,
  };
}

function decimalBounds(bounds: Bounds, place: SchemaPlace): Bounds {
  for (const bound of [bounds.least, bounds.most]) if (bound !== undefined && !Number.isInteger(bound)) refuseSchema(place, `the bound ${bound}, which is no whole number`);
  return bounds;
}

/** Both sides of zero; `side` writes numbers that are not negative. */
function signed(bounds: Bounds, side: (bounds: Bounds) => readonly string[]): readonly string[] {
  const { least, most, withoutLeast, withoutMost } = bounds;
  const isNegative = least === undefined || least < 0;
  const endsBelow = most !== undefined && most <= 0;
  const below: Bounds = {
    least: endsBelow ? -most : 0,
    most: least === undefined ? undefined : -least,
    withoutLeast: endsBelow && most < 0 ? withoutMost : true,
    withoutMost: withoutLeast,
  };
  const startsAbove = least !== undefined && least >= 0;
  const above: Bounds = { least: startsAbove ? least : 0, most, withoutLeast: startsAbove && withoutLeast, withoutMost };
  return [...(isNegative ? side(below).map((option) => `"-" ( ${option} )`) : []), ...(most === undefined || most >= 0 ? side(above) : [])];
}

function naturals({ least = 0, most, withoutLeast }: Bounds): readonly string[] {
  return naturalRange(withoutLeast ? least + 1 : least, most);
}

/** Without an exponent, so that the digits alone decide. */
function decimals({ least = 0, most, withoutLeast, withoutMost }: Bounds): readonly string[] {
  const last = most === undefined ? undefined : most - 1;
  const whole = naturalRange(withoutLeast ? least + 1 : least, last).map((option) => `( ${option} ) ( "." digits )?`);
  const front = withoutLeast && (last === undefined || least <= last) ? [`"${least}" "." "0"{0,15} [1-9] [0-9]{0,15}`] : [];
  const hasEnd = most !== undefined && !withoutMost && (most > least || (most === least && !withoutLeast));
  return [...front, ...whole, ...(hasEnd ? [`"${most}" ( "." "0"{1,4} )?`] : [])];
}

/** Whole numbers from `least`, which is not negative, to `most`. */
function naturalRange(least: number, most: number | undefined): readonly string[] {
  if (most !== undefined && most < least) return [];
  const low = String(least);
  const high = most === undefined ? undefined : String(most);
  if (high?.length === low.length) return [sameLength(low, high)];
  const longer = (high?.length ?? mostDigits + 1) - 1;
  return [
    sameLength(low, "9".repeat(low.length)),
    ...(longer > low.length ? [`[1-9] [0-9]{${low.length},${longer - 1}}`] : []),
    ...(high === undefined ? [] : [sameLength(`1${"0".repeat(high.length - 1)}`, high)]),
  ];
}

/** Digits from `low` to `high`, which are equally long. */
function sameLength(low: string, high: string): string {
  const [first = "", last = ""] = [low[0], high[0]];
  const [lowRest, highRest] = [low.slice(1), high.slice(1)];
  if (lowRest === "") return digitRange(first, last);
  const isAll = /^0*$/.test(lowRest) && /^9*$/.test(highRest);
  if (isAll) return `${digitRange(first, last)} [0-9]{${lowRest.length}}`;
  if (first === last) return `"${first}" ( ${sameLength(lowRest, highRest)} )`;
  const options = [`"${first}" ( ${sameLength(lowRest, "9".repeat(lowRest.length))} )`, `"${last}" ( ${sameLength("0".repeat(highRest.length), highRest)} )`];
  if (Number(last) - Number(first) > 1) options.splice(1, 0, `${digitRange(String(Number(first) + 1), String(Number(last) - 1))} [0-9]{${lowRest.length}}`);
  return options.join(" | ");
}

function digitRange(first: string, last: string): string {
  return first === last ? `"${first}"` : `[${first}-${last}]`;
}
