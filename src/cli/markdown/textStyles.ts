/** How parts of an answer look. Colours can be off; what is no colour (bold, italic, underlined) stays. */
export interface TextStyles {
  readonly bold: Paint;
  readonly italic: Paint;
  readonly underline: Paint;
  readonly strike: Paint;
  readonly dim: Paint;
  readonly heading: Paint;
  readonly code: Paint;
  readonly link: Paint;
  /** Of a class of the highlighter, such as "keyword"; undefined: as the rest. */
  readonly syntax: (className: string) => Paint | undefined;
}

export type Paint = (text: string) => string;

export function textStyles(colours: boolean): TextStyles {
  const coloured = (open: number): Paint => (colours ? sgr(open, 39) : (text) => text);
  const bold = sgr(1, 22);
  const underline = sgr(4, 24);
  const cyan = coloured(36);
  return {
    bold,
    italic: sgr(3, 23),
    underline,
    strike: sgr(9, 29),
    dim: sgr(2, 22),
    heading: (text) => bold(cyan(text)),
    code: colours ? cyan : (text) => `\`${text}\``,
    link: colours ? (text) => underline(coloured(34)(text)) : underline,
    syntax: (className) => (colours ? syntaxPaint(className) : undefined),
  };
}

/** The eight colours of every terminal, which its theme makes readable. */
const syntaxColours: Readonly<Record<string, number>> = {
  ...paints(90, "comment quote"),
  ...paints(35, "keyword literal selector-tag doctag name section tag meta-keyword"),
  ...paints(32, "string regexp char link code addition"),
  ...paints(33, "number symbol bullet attr attribute property selector-attr"),
  ...paints(34, "title selector-class selector-id function"),
  ...paints(36, "type built_in class variable template-variable meta"),
  ...paints(31, "deletion"),
};

function paints(colour: number, names: string): Readonly<Record<string, number>> {
  return Object.fromEntries(names.split(" ").map((name) => [name, colour]));
}

function syntaxPaint(className: string): Paint | undefined {
  const colour = syntaxColours[className];
  return colour === undefined ? undefined : sgr(colour, 39);
}

/** A style inside of a text that ends what this one began is begun again behind it. */
function sgr(open: number, close: number): Paint {
  const begin = `\u001b[${open}m`;
  const end = `\u001b[${close}m`;
  return (text) => (text === "" ? "" : `${begin}${text.replaceAll(end, end + begin)}${end}`);
}
