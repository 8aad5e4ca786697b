import pTimeout from 'p-timeout'

/**
 * What the work gives, when that takes at most `ms` milliseconds. Work that takes longer is not stopped, only no longer
 * waited for.
 * @throws an Error with this message when it is late, and what the work throws
 */
export async function within<T>(
  ms: number,
  work: PromiseLike<T>,
  message = `no answer within ${ms} ms`
): Promise<T> {
  // p-timeout calls `cancel` where there is one; that of a query takes another connection.
  const plain = (async () => work)()
  return pTimeout(plain, { milliseconds: ms, message })
}
