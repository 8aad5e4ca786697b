/**
 * Aborts the signal at the first Ctrl-C; the second ends the process.
 * @param notice says what happens now; printed at the first Ctrl-C
 */
export function stopOnInterrupt(notice: string): AbortSignal {
  const stop = new AbortController()
  process.once('SIGINT', () => {
    stop.abort(new Error('Interrupted'))
    console.error(`\n${notice}`)
  })
  return stop.signal
}
