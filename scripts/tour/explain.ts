import { UnexpectedError } from './expect.js'

/** What went wrong, for the person who watches the tour; of a bug in the tour, the place is what helps. */
export function explain(error: unknown): string {
  if (error instanceof UnexpectedError)
    return `The server answered something else than it should.\n  ${error.message}`
  const { code, message } =
    (error as { cause?: NodeJS.ErrnoException }).cause ?? (error as NodeJS.ErrnoException)
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'UND_ERR_SOCKET' || code === 'EPIPE') {
    return `The server cannot be reached any more (${code}).`
  }
  if (code === 'ENOSPC')
    return `There is no room for the files of the tour (${message}); try a smaller one with --size.`
  if (error instanceof TypeError || error instanceof ReferenceError) return error.stack ?? error.message
  return error instanceof Error ? error.message : String(error)
}
