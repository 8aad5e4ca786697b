import {
  NotFoundError,
  RateLimitError,
  StrongroomError,
  TooLargeError,
  UnavailableError,
  ValidationError
} from '@strongroom/client'
import type { ErrorRequestHandler } from 'express'

/** What the user can do something about. Everything else is between the product and Strongroom. */
const FOR_THE_USER = [NotFoundError, TooLargeError, ValidationError]

export const handleError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  // Half a download cannot become an error answer; Express ends the connection. Other errors are not Strongroom's.
  if (response.headersSent || !(error instanceof StrongroomError)) {
    next(error)
    return
  }
  if (FOR_THE_USER.some((kind) => error instanceof kind)) {
    const details = error.details.map(({ message }) => message)
    response.status(error.status).json({ error: error.message, details })
    return
  }
  // The request id finds the request in Strongroom's log.
  console.error(`${error.code} (${error.status}): ${error.message}, request ${error.requestId}`)
  const isBusy = error instanceof RateLimitError || error instanceof UnavailableError
  if (error.retryAfter !== undefined) response.set('retry-after', String(error.retryAfter))
  response.status(isBusy ? 503 : 502).json({ error: 'Documents are not available just now' })
}
