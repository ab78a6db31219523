import type { ScalePoint } from "./scale";

interface Curve {
  readonly name: string;
  readonly of: (point: ScalePoint) => number;
  readonly look: string;
}

interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly curves: readonly Curve[];
}

const panels: readonly Panel[] = [
  { title: "Making it, all by syntax", unit: "s", curves: [{ name: "seconds", of: ({ indexMs }) => indexMs / 1000, look: "a" }] },
  {
    title: "Loading it",
    unit: "ms",
    curves: [
      { name: "words", of: ({ words }) => words.loadMs, look: "a" },
      { name: "with vectors x 384", of: ({ vectors }) => vectors.loadMs, look: "b" },
    ],
  },
  {
    title: "A question, p95",
    unit: "ms",
    curves: [
      { name: "words", of: ({ words }) => words.p95Ms, look: "a" },
      { name: "with vectors x 384", of: ({ vectors }) => vectors.p95Ms, look: "b" },
    ],
  },
  {
    title: "Memory",
    unit: "MB",
    curves: [
      { name: "words", of: ({ words }) => words.addedMb, look: "a" },
      { name: "with vectors x 384", of: ({ vectors }) => vectors.addedMb, look: "b" },
    ],
  },
];

const [width, height, left, right, top, bottom] = [370, 240, 56, 26, 44, 36];

/** What the index costs against its size: four panels, both axes in powers of ten. Readable on light and on dark. */
export function scalePicture(points: readonly ScalePoint[]): string {
  const drawn = panels.map((panel, i) => `<g transform="translate(${(i % 2) * width} ${Math.floor(i / 2) * height})">\n${drawPanel(panel, points)}\n</g>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * width} ${2 * height}" role="img" aria-label="Cost of the index against its number of chunks">
<style>
  text { font: 11px system-ui, sans-serif; fill: #444 } .title { font-weight: 600; font-size: 13px }
  .grid { stroke: #8884; stroke-width: 1 } .a { stroke: #0969da } .b { stroke: #bc4c00 } polyline { fill: none; stroke-width: 2 }
  .dot.a, .label.a { fill: #0969da } .dot.b, .label.b { fill: #bc4c00 }
  @media (prefers-color-scheme: dark) { text { fill: #ccc } .a { stroke: #58a6ff } .b { stroke: #f0883e } .dot.a, .label.a { fill: #58a6ff } .dot.b, .label.b { fill: #f0883e } }
  text.label { stroke: none }
</style>
${drawn.join("\n")}
</svg>
`;
}

function drawPanel({ title, unit, curves }: Panel, points: readonly ScalePoint[]): string {
  const x = logScale(points.map(({ chunks }) => chunks), left, width - right);
  const y = logScale(curves.flatMap(({ of }) => points.map(of)), height - bottom, top);
  const legend = curves.length > 1 ? curves.map(({ name, look }, i) => `<text class="label ${look}" x="${left + 8}" y="${top + 12 + i * 14}">${name}</text>`) : [];
  return [
    `<text class="title" x="${left}" y="20">${title}, ${unit}</text>`,
    ...y.ticks.map((tick) => `<path class="grid" d="M${left} ${y.at(tick)}H${width - right}"/><text x="${left - 6}" y="${y.at(tick) + 4}" text-anchor="end">${short(tick)}</text>`),
    ...x.ticks.map((tick) => `<path class="grid" d="M${x.at(tick)} ${top}V${height - bottom}"/><text x="${x.at(tick)}" y="${height - bottom + 16}" text-anchor="middle">${short(tick)}</text>`),
    `<text x="${width - right}" y="${height - 4}" text-anchor="end">chunks</text>`,
    ...curves.flatMap(({ of, look }) => drawCurve(points.map((point) => [x.at(point.chunks), y.at(of(point))] as const), look)),
    ...legend,
  ].join("\n");
}

function drawCurve(places: readonly (readonly [number, number])[], look: string): readonly string[] {
  return [
    `<polyline class="${look}" points="${places.map(([x, y]) => `${x},${y}`).join(" ")}"/>`,
    ...places.map(([x, y]) => `<circle class="dot ${look}" cx="${x}" cy="${y}" r="3"/>`),
  ];
}

interface Scale {
  readonly at: (value: number) => number;
  /** Powers of ten. */
  readonly ticks: readonly number[];
}

function logScale(values: readonly number[], start: number, end: number): Scale {
  const low = Math.floor(Math.log10(Math.max(0.1, Math.min(...values))));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(0.1, ...values))));
  const at = (value: number) => Math.round(start + ((Math.log10(Math.max(value, 10 ** low)) - low) / (high - low)) * (end - start));
  return { at, ticks: Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)) };
}

function short(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1000 ? `${value / 1000}k` : String(value);
}
