/**
 * The result of the work, if it takes at most `ms` milliseconds. Slower work goes on, but its result is ignored.
 * Written by hand, since p-timeout creates its error, with a stack, before it knows whether it needs one: in a profile
 * of events, that took 8 % of the worker's processor time.
 * @throws what `late` returns on timeout, and what the work throws
 */
export async function within<T>(
  ms: number,
  work: PromiseLike<T>,
  late: () => Error = () => new Error(`no answer within ${ms} ms`)
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), ms)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}
