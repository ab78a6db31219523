import "./style.css";
import { setTranslations } from "../common/l10n";
import { ChatApp } from "./chatApp";
import { pageTranslations } from "./pageTranslations";
import { ViewStore, type ViewMemory } from "./viewStore";
import { windowPort } from "./windowPort";

declare function acquireVsCodeApi(): ViewMemory & { postMessage(message: unknown): void };

// First of all: every text that is shown asks for it.
setTranslations(pageTranslations(document.body));
const editor = acquireVsCodeApi();
const app = new ChatApp(document.body, windowPort((message) => editor.postMessage(message)), new ViewStore(editor));
void app.start();
