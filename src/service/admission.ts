/** Lets requests that need the model in, as many at once as it holds conversations, one client after the other. */
export interface Admission {
  /**
   * Runs `work` once it is this client's turn. Throws an HttpError with status 429 when too many wait, or this one has
   * waited for too long, and an abort error when `signal` fires before its turn.
   * @param client names who asks; clients take turns, however many requests one of them sends
   */
  enter<T>(client: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** Everybody at once: for tests of what stands behind it. */
export const openAdmission: Admission = { enter: (_client, _signal, work) => work() };
