/** Formats in which the editor and the system hand over files; the names are compared in lower case. */
const uriLists = ["application/vnd.code.uri-list", "text/uri-list"];
const resources = "resourceurls";

type Dropped = Pick<DataTransfer, "types" | "getData">;

/** Whether files are dragged; what they are is told only when they are dropped. */
export function holdsFiles({ types }: Pick<DataTransfer, "types">): boolean {
  const known = [...uriLists, resources, "files"];
  return types.some((type) => known.includes(type.toLowerCase()));
}

/** The URIs of dropped files and folders, each once; those of the web are left out. */
export function droppedUris(dropped: Dropped): readonly string[] {
  const listed = uriLists.flatMap((type) => dropped.getData(type).split(/\r?\n/));
  const uris = [...listed, ...parseResources(dropped.getData(resources))].filter((uri) => /^[a-z][\w+.-]*:/i.test(uri));
  return [...new Set(uris)].filter((uri) => !/^(https?|data|blob|javascript|about):/i.test(uri));
}

function parseResources(json: string): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(json);
    return Array.isArray(parsed) ? parsed.filter((one) => typeof one === "string") : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
