import { AuthenticationError, ScopeError, StrongroomError } from '../../client/index.js'
import { codeOf } from '../../db/error-codes.js'
import { LockedError } from '../embedded/lock.js'

const AGAIN = 'run the same command again to resume'

/** What is wrong with an upload, and what to do next. */
export function explainUpload(error: unknown, url: string): string {
  if (error instanceof LockedError)
    return `process ${error.pid} is uploading it already: wait until it has finished, or stop it and ${AGAIN}.`
  if (error instanceof TypeError) {
    const why = codeOf(error.cause) ?? error.message
    return `${url} cannot be reached (${why}): check the network, and ${AGAIN}.`
  }
  if (!(error instanceof StrongroomError)) return error instanceof Error ? error.message : String(error)
  const { code, message, details, requestId } = error
  const what = [message, ...details.map(({ field, message }) => `${field} ${message}`)].join('; ')
  const said = `${what} (${code}${requestId === undefined ? '' : `, request ${requestId}`})`
  if (code === 'TOKEN_EXPIRED')
    return `The token in STRONGROOM_TOKEN has expired: log in again, and ${AGAIN}.`
  if (error instanceof AuthenticationError)
    return `${said}. Check STRONGROOM_KEY or STRONGROOM_TOKEN, and ${AGAIN}.`
  if (error instanceof ScopeError) return `${said}. Use a key with the scope documents:write, and ${AGAIN}.`
  const advice = ADVICE[code] ?? (error.retryAfter === undefined ? undefined : `Later, ${AGAIN}.`)
  return advice === undefined ? said : `${said}. ${advice}`
}

const ADVICE: Record<string, string> = {
  TENANT_NOT_FOUND: 'Check --tenant, and that the account is a member of it.',
  QUOTA_EXCEEDED: 'Delete documents that are not needed, or ask the operator for more room.',
  FILE_TOO_LARGE: 'The operator sets the limit, MAX_RESUMABLE_BYTES.',
  UPLOADS_BUSY: `Wait until other uploads have ended, and ${AGAIN}.`
}
