const testPath = /(?:^|\/)(?:tests?|specs?|testing|testdata|__tests__|__mocks__|fixtures?|mocks?)\/|[._-](?:test|spec)s?\.[^/]+$|(?:^|\/)test_[^/]+$|Tests?\.\w+$/;

/** Whether a path is that of a test, as the usual names tell. */
export function isTestFile(path: string): boolean {
  return testPath.test(path);
}
