/**
 * The same chunks as `source`, until the signal aborts: then its reason is thrown at once, also while a chunk
 * is awaited that may never come. The source is told to stop, but not waited for.
 *
 * One listener and one short-lived promise per chunk, since racing each chunk against a single promise would
 * keep a reaction per chunk alive until the end of the stream.
 */
export async function* abortable<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal | undefined
): AsyncGenerator<T, void> {
  const iterator = source[Symbol.asyncIterator]()
  let rejectNext: ((reason: unknown) => void) | undefined
  const onAbort = () => rejectNext?.(signal?.reason)
  const next = () =>
    new Promise<IteratorResult<T>>((resolve, reject) => {
      rejectNext = reject
      iterator.next().then(resolve, reject)
    })

  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    for (;;) {
      signal?.throwIfAborted()
      const step = await next()
      if (step.done) return
      yield step.value
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
    // A source that hangs answers return() only after the chunk that never comes.
    void Promise.resolve(iterator.return?.()).catch(() => undefined)
  }
}
