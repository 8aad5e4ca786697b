/**
 * The result of the work, if it takes at most `ms` milliseconds. Slower work is not stopped, only no longer waited for.
 * Made by hand, since p-timeout makes its error, with a stack, before it knows that it needs one: 8 % of the worker's
 * processor time, in a profile of events.
 * @throws an Error with this message on timeout, and what the work throws
 */
export async function within<T>(
  ms: number,
  work: PromiseLike<T>,
  message = `no answer within ${ms} ms`
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(message)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
