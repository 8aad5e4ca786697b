/**
 * Aborts at the first Ctrl-C; the second ends the process.
 * @param notice what happens now
 */
export function stopOnInterrupt(notice: string): AbortSignal {
  const stop = new AbortController()
  process.once('SIGINT', () => {
    stop.abort(new Error('Interrupted'))
    console.error(`\n${notice}`)
  })
  return stop.signal
}
