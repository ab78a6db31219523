import type * as LibraryModule from "node-llama-cpp";

export type Library = typeof LibraryModule;

/** Imports node-llama-cpp at the first need. Throws "model-load-failed" where it does not start. */
export type LibraryLoader = () => Promise<Library>;
