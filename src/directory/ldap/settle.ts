/** Waiting for one thing that a socket has to say, no longer than a given time. */

/**
 * A promise that fails with ETIMEDOUT after `timeoutMs`; 0 waits for ever.
 *
 * @param start begins, and returns what to undo when it fails
 */
export function settle<T>(
  start: (resolve: (value: T) => void, reject: (error: Error) => void) => () => void,
  timeoutMs: number,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let undo: () => void = () => {};
    const tooLate = (): void => fail(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' }));
    const timer = timeoutMs > 0 ? setTimeout(tooLate, timeoutMs) : undefined;
    const fail = (error: Error): void => {
      clearTimeout(timer);
      undo();
      reject(error);
    };
    const succeed = (value: T): void => {
      clearTimeout(timer);
      resolve(value);
    };
    try {
      undo = start(succeed, fail);
    } catch (error) {
      fail(error as Error);
    }
  });
}

/** The other side closed the connection instead of answering. */
export function closedEarly(): Error {
  return Object.assign(new Error('closed before an answer'), { code: 'ECONNRESET' });
}
