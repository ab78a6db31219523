/** What the extension reads of model files itself; a bundle of its own, loaded at the first need. */
export { listModels } from "./listModels";
export { resolveModel } from "./modelFile";
