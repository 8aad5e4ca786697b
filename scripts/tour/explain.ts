import { UnexpectedError } from './expect.js'

/** Explains an error to the person who watches the tour; a bug in the tour is shown with its location. */
export function explain(error: unknown): string {
  if (error instanceof UnexpectedError) return `The server did not answer as expected.\n  ${error.message}`
  const { code, message } =
    (error as { cause?: NodeJS.ErrnoException }).cause ?? (error as NodeJS.ErrnoException)
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'UND_ERR_SOCKET' || code === 'EPIPE') {
    return `The server is no longer reachable (${code}).`
  }
  if (code === 'ENOSPC')
    return `The disk has no room for the tour's files (${message}); use a smaller --size.`
  if (error instanceof TypeError || error instanceof ReferenceError) return error.stack ?? error.message
  return error instanceof Error ? error.message : String(error)
}
