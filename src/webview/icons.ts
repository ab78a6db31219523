/** Line drawings on a 16 by 16 grid, in the colour of the text around them. */
const drawings = {
  send: "M8 13V3.5M3.8 7.5 8 3.3l4.2 4.2",
  stop: "M4.5 4.5h7v7h-7z",
  copy: "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z",
  check: "M3 8.5 6.5 12 13 4.5",
  insert: "M9 2.5h4.5v11H9M2 8h7.5M6.5 4.8 9.7 8l-3.2 3.2",
  close: "M4 4l8 8M12 4l-8 8",
  file: "M4 2.5h5L12.5 6v7.5H4zM9 2.5V6h3.5",
  down: "M8 3v9.5M3.8 8.5 8 12.7l4.2-4.2",
  search: "M7 2.8a4.2 4.2 0 1 0 0 8.4 4.2 4.2 0 0 0 0-8.4M10.2 10.2l3.3 3.3",
  info: "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2M8 7.2v4M8 4.9v.2",
  error: "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2M8 4.8v4M8 11v.2",
  code: "M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5",
  chat: "M2.5 3h11v8H8l-3.2 2.6V11H2.5z",
  model: "M4.5 4.5h7v7h-7zM6.5 2v2.5M9.5 2v2.5M6.5 11.5V14M9.5 11.5V14M2 6.5h2.5M2 9.5h2.5M11.5 6.5H14M11.5 9.5H14",
  edit: "M3 13l.7-3.2 7-7 2.5 2.5-7 7zM9.2 4.3l2.5 2.5",
  refresh: "M12.8 6.5A5.1 5.1 0 1 0 13.1 8.8M13.2 3v3.6H9.6",
  branch: "M4.5 5.5v5M4.5 2.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3M4.5 10.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3M11.5 2.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3M11.5 5.5c0 2.8-7 1.9-7 4.7",
  repeat: "M3 7.5V6.2a2 2 0 0 1 2-2h7.5M10.3 2l2.2 2.2-2.2 2.2M13 8.5v1.3a2 2 0 0 1-2 2H3.5M5.7 14l-2.2-2.2 2.2-2.2",
  left: "M9.7 4 5.7 8l4 4",
  right: "M6.3 4l4 4-4 4",
  flame: "M8.3 1.8c.5 2.2-.7 3.2-2 4.7-1.1 1.25-2.3 2.55-2.3 4.3a4.1 4.1 0 0 0 8.2 0c0-1.9-.9-3.1-1.7-4.2-.3 1-.8 1.5-1.5 1.9.4-2.400-.2-4.900-.7-6.700z",
} as const;

export type IconName = keyof typeof drawings;

const svg = "http://www.w3.org/2000/svg";

export function icon(name: IconName): SVGSVGElement {
  const path = document.createElementNS(svg, "path");
  path.setAttribute("d", drawings[name]);
  const element = document.createElementNS(svg, "svg");
  element.setAttribute("viewBox", "0 0 16 16");
  element.setAttribute("class", `icon icon-${name}`);
  element.setAttribute("aria-hidden", "true");
  element.append(path);
  return element;
}
