import { Workbench, type WorkbenchOptions } from "./workbench";

/**
 * Opens a workbench before a suite's tests and closes it after them; a picture is kept of each test that fails.
 * @returns a function that gives the workbench inside the tests
 */
export function useWorkbench(options: () => Promise<WorkbenchOptions> | WorkbenchOptions): () => Workbench {
  let workbench: Workbench | undefined;

  before(async () => {
    workbench = await Workbench.open(await options());
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await workbench?.screenshot(`failed-${this.currentTest.title.replaceAll(/\W+/g, "-")}`);
  });

  after(() => workbench?.close());

  return () => {
    if (!workbench) throw new Error("The workbench is not open yet.");
    return workbench;
  };
}
