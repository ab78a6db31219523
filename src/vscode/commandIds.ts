/** Every command of the manifest; a test compares the two. */
export const commandIds = [
  "hearth.newChat",
  "hearth.openChatInEditor",
  "hearth.clearChat",
  "hearth.stopAnswer",
  "hearth.compactChat",
  "hearth.focusChat",
  "hearth.explainSelection",
  "hearth.attachSelection",
  "hearth.selectModel",
  "hearth.downloadModel",
  "hearth.pickModelFile",
  "hearth.restartEngine",
  "hearth.searchCode",
  "hearth.indexStatus",
  "hearth.rebuildIndex",
  "hearth.selectEmbeddingModel",
  "hearth.showLog",
  "hearth.showMenu",
  "hearth.openSettings",
] as const;

export type CommandId = (typeof commandIds)[number];
