/**
 * The result of the work, if it takes at most `ms` milliseconds. Slower work is not stopped, only no longer waited for.
 * Made by hand, since p-timeout makes its error, with a stack, before it knows that it needs one: 8 % of the worker's
 * processor time, in a profile of events.
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
