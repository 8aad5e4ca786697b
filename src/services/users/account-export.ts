import type { ExportRepository } from '../../../db/main/export-repository.js'
import type { MemberTenant } from '../../../db/main/tenants-repository.js'
import type { UserRepository } from '../../../db/main/users-repository.js'
import type { DocumentWithFile } from '../../../db/tenant/rows.js'
import type { Router } from '../../../plugins/tenancy/router.js'
import type { Identity } from '../../../plugins/auth/access-tokens.js'
import { AppError } from '../../../core/errors.js'
import { inPages, inPagesById } from '../../../core/pages.js'
import { NIL_UUID } from '../../../core/uuid.js'

export interface AccountExportDependencies {
  users: Pick<UserRepository, 'findById'>
  exports: ExportRepository
  router: Router
}

export type AccountExport = ReturnType<typeof createAccountExport>

/** Minimum characters of a chunk, except the last. */
const CHUNK = 16_384
const EARLIEST = { timestamp: '0001-01-01T00:00:00Z', event_id: NIL_UUID }

/** Exports everything that is stored about a person, for that person. */
export function createAccountExport({ users, exports, router }: AccountExportDependencies) {
  const memberships = (userId: string): AsyncGenerator<MemberTenant> =>
    inPagesById((after, limit) => exports.membershipsAfter(userId, after, limit))

  /** The memberships without their servers, which concern only operators. */
  async function* shownMemberships(userId: string) {
    for await (const { server, ...shown } of memberships(userId)) yield shown
  }
  async function* sessions({ userId, sessionId }: Identity) {
    const all = inPagesById((after, limit) => exports.sessionsAfter(userId, after, limit))
    for await (const session of all) yield { ...session, current: session.id === sessionId }
  }
  const entries = (userId: string) =>
    inPages(
      (after, limit) => exports.entriesAfter(userId, after, limit),
      (entry) => entry,
      EARLIEST
    )
  const invitations = (userId: string) =>
    inPagesById((after, limit) => exports.invitationsAfter(userId, after, limit))
  const mails = (userId: string) => inPagesById((after, limit) => exports.mailsAfter(userId, after, limit))
  async function* documents(userId: string) {
    for await (const tenant of memberships(userId)) {
      // Other tenants have no tables yet, or are being removed.
      if (tenant.status !== 'active') continue
      const own = inPages<DocumentWithFile, Pick<DocumentWithFile, 'filename' | 'id'>>(
        (after, limit) =>
          router.withTenant(tenant, (store) => store.documents.listOfUserAfter(userId, after, limit)),
        (document) => document,
        { filename: '', id: NIL_UUID }
      )
      yield* own
    }
  }

  return {
    /**
     * Streams the answer as JSON, with only a page of rows in memory at a time. It is not a snapshot: changes made in
     * the meantime may or may not be in it.
     * @throws {AppError} TOKEN_REVOKED if the account is gone
     */
    async open(identity: Identity): Promise<AsyncGenerator<string>> {
      const { userId } = identity
      const account = await users.findById(userId)
      if (account === null) throw new AppError('TOKEN_REVOKED')
      return inChunks(
        toJson(account, {
          sessions: sessions(identity),
          memberships: shownMemberships(userId),
          invitations: invitations(userId),
          mails: mails(userId),
          audit_entries: entries(userId),
          documents: documents(userId)
        })
      )
    }
  }
}

async function* toJson(
  account: object,
  lists: Record<string, AsyncIterable<object>>
): AsyncGenerator<string> {
  yield `{"success":true,"data":{"account":${JSON.stringify(account)}`
  for (const [name, rows] of Object.entries(lists)) {
    yield `,${JSON.stringify(name)}:[`
    let separator = ''
    for await (const row of rows) {
      yield separator + JSON.stringify(row)
      separator = ','
    }
    yield ']'
  }
  yield '}}'
}

async function* inChunks(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let chunk = ''
  for await (const piece of pieces) {
    chunk += piece
    if (chunk.length < CHUNK) continue
    yield chunk
    chunk = ''
  }
  yield chunk
}
