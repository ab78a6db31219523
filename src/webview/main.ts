import "./style.css";
import { ChatApp } from "./chatApp";
import { ViewStore, type ViewMemory } from "./viewStore";
import { windowPort } from "./windowPort";

declare function acquireVsCodeApi(): ViewMemory & { postMessage(message: unknown): void };

const editor = acquireVsCodeApi();
const app = new ChatApp(document.body, windowPort((message) => editor.postMessage(message)), new ViewStore(editor));
void app.start();
