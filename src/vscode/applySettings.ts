/** The index asks the engine for vectors, so the engine learns of its models first. */
export async function applySettings(configureEngine: () => Promise<unknown>, applyIndex: () => void): Promise<void> {
  try {
    await configureEngine();
  } finally {
    applyIndex();
  }
}
