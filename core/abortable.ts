/**
 * Yields the chunks of `source` until the signal aborts, then throws its reason at once, even while waiting for a chunk
 * that may never come. Tells the source to stop, but does not wait for it.
 *
 * Each chunk gets its own listener and short-lived promise: racing every chunk against one promise would keep a
 * reaction per chunk alive until the end of the stream.
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
    // A hanging source would answer return() only after the chunk that never comes.
    void Promise.resolve(iterator.return?.()).catch(() => undefined)
  }
}
