import pTimeout from 'p-timeout'

/**
 * The result of the work, if it takes at most `ms` milliseconds. Slower work is not stopped, only no longer waited for.
 * @throws an Error with this message on timeout, and what the work throws
 */
export async function within<T>(
  ms: number,
  work: PromiseLike<T>,
  message = `no answer within ${ms} ms`
): Promise<T> {
  // p-timeout calls `cancel` if there is one; a query's `cancel` would open another connection.
  const plain = (async () => work)()
  return pTimeout(plain, { milliseconds: ms, message })
}
