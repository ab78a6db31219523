/** A line of a chart: one point for each x. */
export interface Curve {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly colour: string;
  readonly dashed?: boolean;
}

export interface Chart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly curves: readonly Curve[];
}

const size = { width: 380, height: 300, left: 56, right: 12, top: 34, bottom: 44 };

const chartsInRow = 2;

/** Charts two by two with a legend below, as an SVG that is readable on light and dark pages. */
export function drawCharts(charts: readonly Chart[]): string {
  const legend = charts[0]?.curves ?? [];
  const rows = Math.ceil(legend.length / 3);
  const width = size.width * Math.min(chartsInRow, charts.length);
  const legendTop = size.height * Math.ceil(charts.length / chartsInRow);
  const height = legendTop + 18 * rows + 10;
  const body = charts.map((chart, i) => `<g transform="translate(${(i % chartsInRow) * size.width} ${Math.floor(i / chartsInRow) * size.height})">${drawChart(chart)}</g>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11" role="img">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...body,
    ...legend.map((curve, i) => legendEntry(curve, 20 + (i % 3) * (width / 3), legendTop + 14 + 18 * Math.floor(i / 3))),
    "</svg>",
    "",
  ].join("\n");
}

function drawChart({ title, xLabel, yLabel, curves }: Chart): string {
  const points = curves.flatMap((curve) => curve.points);
  const [x, y] = [scaleOf(points.map(([value]) => value), size.left, size.width - size.right), scaleOf(points.map(([, value]) => value), size.height - size.bottom, size.top)];
  const lines = curves.map(({ points: own, colour, dashed }) => {
    const path = own.map(([a, b]) => `${x.at(a).toFixed(1)},${y.at(b).toFixed(1)}`).join(" ");
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="1.6"${dashed ? ' stroke-dasharray="4 3"' : ""}/>`;
  });
  return [
    text(size.width / 2, 18, title, 'text-anchor="middle" font-weight="bold"'),
    ...y.ticks.map((tick) => `<line x1="${size.left}" x2="${size.width - size.right}" y1="${y.at(tick)}" y2="${y.at(tick)}" stroke="#dddddd"/>${text(size.left - 5, y.at(tick) + 4, format(tick), 'text-anchor="end"')}`),
    ...x.ticks.map((tick) => text(x.at(tick), size.height - size.bottom + 15, format(tick), 'text-anchor="middle"')),
    text(size.width / 2, size.height - 12, xLabel, 'text-anchor="middle"'),
    `<g transform="translate(13 ${size.height / 2}) rotate(-90)">${text(0, 0, yLabel, 'text-anchor="middle"')}</g>`,
    ...lines,
  ].join("\n");
}

function legendEntry({ label, colour, dashed }: Curve, x: number, y: number): string {
  return `<line x1="${x}" x2="${x + 24}" y1="${y - 4}" y2="${y - 4}" stroke="${colour}" stroke-width="2"${dashed ? ' stroke-dasharray="4 3"' : ""}/>${text(x + 30, y, label, "")}`;
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="#222222" ${attributes}>${content}</text>`;
}

/** An axis from a round number below the values to one above them. */
function scaleOf(values: readonly number[], from: number, to: number) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const step = roundStep((most - least || 1) / 4);
  const first = Math.floor(least / step);
  const last = Math.ceil(most / step);
  const at = (value: number) => from + ((value / step - first) / (last - first)) * (to - from);
  return { at, ticks: Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step) };
}

/** 1, 2 or 5 times a power of ten: the least that is no less than `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= step * (1 - 1e-9)) ?? 10);
}

function format(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
