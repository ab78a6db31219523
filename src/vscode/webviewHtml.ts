import { randomBytes } from "node:crypto";
import { env, l10n, Uri, type Webview, type WebviewOptions } from "vscode";

/** Folder of the bundle, under the extension's. */
const folder = ["dist", "webview"] as const;

export function webviewOptions(extension: Uri): WebviewOptions {
  return { enableScripts: true, localResourceRoots: [Uri.joinPath(extension, ...folder)] };
}

/** The page of a chat view. Nothing is allowed but our own script and style. */
export function webviewHtml(webview: Webview, extension: Uri): string {
  const at = (file: string) => webview.asWebviewUri(Uri.joinPath(extension, ...folder, file)).toString();
  const nonce = randomBytes(16).toString("base64");
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${l10n.bundle ? env.language : "en"}">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${at("webview.css")}">
<title>Hearth</title>
</head>
<body data-translations="${attribute(JSON.stringify(l10n.bundle ?? {}))}">
<script nonce="${nonce}" src="${at("webview.js")}"></script>
</body>
</html>`;
}

function attribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
