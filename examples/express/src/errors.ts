import {
  NotFoundError,
  RateLimitError,
  StrongroomError,
  TooLargeError,
  UnavailableError,
  ValidationError
} from '@strongroom/client'
import type { ErrorRequestHandler } from 'express'

/** Errors about which the user can do something. All others concern only the product and Strongroom. */
const FOR_THE_USER = [NotFoundError, TooLargeError, ValidationError]

export const handleError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  // Once a download has begun, it cannot become an error answer, so Express ends the connection. Express also handles
  // errors that are not Strongroom's.
  if (response.headersSent || !(error instanceof StrongroomError)) {
    next(error)
    return
  }
  if (FOR_THE_USER.some((kind) => error instanceof kind)) {
    const details = error.details.map(({ message }) => message)
    response.status(error.status).json({ error: error.message, details })
    return
  }
  // With the request id, you can find the request in Strongroom's log.
  console.error(`${error.code} (${error.status}): ${error.message}, request ${error.requestId}`)
  const isBusy = error instanceof RateLimitError || error instanceof UnavailableError
  if (error.retryAfter !== undefined) response.set('retry-after', String(error.retryAfter))
  response.status(isBusy ? 503 : 502).json({ error: 'Documents are not available right now' })
}
