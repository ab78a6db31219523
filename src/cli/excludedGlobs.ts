/** Globs left out of every index, on top of what .gitignore names; the default of the setting "hearth.index.exclude". */
export const excludedGlobs = ["**/node_modules/**", "**/dist/**", "**/out/**", "**/build/**", "**/.venv/**", "**/vendor/**"];
