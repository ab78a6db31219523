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
  at: "M10.6 8A2.6 2.6 0 1 1 5.4 8a2.6 2.6 0 0 1 5.2 0M10.6 5.6v3.3c0 2 3 2 3-.9A5.6 5.6 0 1 0 11.3 12.6",
  folder: "M2 4h4.5l1.5 1.5h6v7.5H2z",
  symbol: "M8 2.3l5 2.85v5.7l-5 2.85-5-2.85v-5.7zM3.2 5.25 8 8l4.8-2.75M8 8v5.5",
  selection: "M2.5 5V2.5H5M11 2.5h2.5V5M13.5 11v2.5H11M5 13.5H2.5V11M5.5 6.5h5M5.5 9.5h3",
  editors: "M5 2.5h8.5V11M2.5 5H11v8.5H2.5z",
  warning: "M8 2.5 14 13H2zM8 6.5v3M8 11.2v.2",
  terminal: "M2 3h12v10H2zM4.5 6l2 2-2 2M8.5 10.5h3",
  diff: "M8 3v6M5 6h6M5 12.5h6",
  notebook: "M4 2.5h9v11H4zM2.5 5H5M2.5 8H5M2.5 11H5M7.5 5.5h3",
  clipboard: "M5.5 3.5h-2v10h9v-10h-2M5.5 2.5h5v2.5h-5zM6 8h4M6 10.5h4",
  command: "M10.5 3 5.5 13",
  prompt: "M3 3h10v7H7.5L4.5 13v-3H3zM5.5 5.5h5M5.5 7.5h3",
  left: "M9.7 4 5.7 8l4 4",
  right: "M6.3 4l4 4-4 4",
  apply: "M4 2.5h5L12.5 6v3M4 2.5v11h4M9 2.5V6h3.5M9.5 12l1.7 1.7L14.3 10.5",
  newFile: "M4 2.5h5L12.5 6v3M4 2.5v11h4M9 2.5V6h3.5M12 10.5v4M10 12.5h4",
  trash: "M3 4.5h10M6.3 4.5V2.8h3.4v1.7M4.3 4.5l.6 8.7h6.2l.6-8.7M6.8 7v3.8M9.2 7v3.8",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  modelRefresh: "M12.8 6.5A5.1 5.1 0 1 0 13.1 8.8M13.2 3v3.6H9.6M6.5 6.5h3v3h-3z",
  history: "M2.8 5.2A5.8 5.8 0 1 1 2.2 8M2.5 2.2v3.3h3.3M8 4.8V8l2.3 1.6",
  add: "M8 3v10M3 8h10",
  pin: "M5.5 2.5h5M6.3 2.5v4L4.5 9.2h7L9.7 6.5v-4M8 9.2v4.5",
  openTab: "M6.5 3h-4v10.5H13v-4M9 2.5h4.5V7M13.2 2.8 7.5 8.5",
  saveFile: "M8 2.5v7.5M4.8 7 8 10.2 11.2 7M2.8 10.5v3h10.4v-3",
  openFile: "M8 10.2V2.7M4.8 5.7 8 2.5l3.2 3.2M2.8 10.5v3h10.4v-3",
  braces: "M6.5 2.5h-1a1.5 1.5 0 0 0-1.5 1.5v2.500L2.800 8 4 9.500V12a1.5 1.5 0 0 0 1.5 1.5h1M9.500 2.500h1A1.5 1.5 0 0 1 12 4v2.500L13.200 8 12 9.500V12a1.5 1.5 0 0 1-1.500 1.5h-1",
  flame: "M8.3 1.8c.5 2.2-.7 3.2-2 4.7-1.1 1.25-2.3 2.55-2.3 4.3a4.1 4.1 0 0 0 8.2 0c0-1.9-.9-3.1-1.7-4.2-.3 1-.8 1.5-1.5 1.9.4-2.4-.2-4.9-.7-6.7z",
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
