import { type Disposable, type Uri, window, workspace } from "vscode";
import { Emitter } from "../common/emitter";
import { t } from "../common/l10n";
import type { Log } from "../common/log";
import { openSettings } from "./openSettings";
import { readSettings, type SettingProblem, type Settings } from "./settings";

/** The settings as they are now. A value that cannot be used is told once. */
export class SettingsSource implements Disposable {
  readonly #changed = new Emitter<Settings>();
  readonly #told = new Set<string>();
  readonly #listener: Disposable;
  #current: Settings;
  /** Changes of several settings that are being made. */
  #changes = 0;

  constructor(readonly log: Log) {
    this.#current = this.#read();
    this.#listener = workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("hearth") && this.#changes === 0) this.#reload();
    });
  }

  readonly onDidChange = this.#changed.subscribe;

  get current(): Settings {
    return this.#current;
  }

  /** The settings of one folder of the workspace, which may have values of its own; those of `current` are the first one's. */
  inFolder(folder: Uri): Settings {
    return this.#read(folder);
  }

  /** Takes over several settings at once: what stands there in the middle of the change, such as one server's address with another's model, counts for nobody. */
  async together(change: () => Promise<void>): Promise<void> {
    this.#changes++;
    try {
      await change();
    } finally {
      this.#changes--;
      if (this.#changes === 0) this.#reload();
    }
  }

  dispose(): void {
    this.#listener.dispose();
    this.#changed.dispose();
  }

  #reload(): void {
    this.#current = this.#read();
    this.#changed.fire(this.#current);
  }

  #read(folder = workspace.workspaceFolders?.[0]?.uri): Settings {
    const section = workspace.getConfiguration("hearth", folder);
    const { settings, problems } = readSettings((name) => section.get<unknown>(name));
    for (const problem of problems) this.#tell(problem);
    return settings;
  }

  #tell({ name, value, message }: SettingProblem): void {
    const key = JSON.stringify([name, value]);
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.log.write("warn", message);
    const button = t("Open Settings");
    void window.showWarningMessage(`Hearth: ${message}`, button).then((chosen) => {
      if (chosen === button) void openSettings(`hearth.${name}`);
    });
  }
}
