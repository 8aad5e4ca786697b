import type { Client } from '../statement.js'
import type { TenantClient } from './client.js'
import type { TenantTables } from './schema.js'
import type { NewSession, UploadSession } from './upload-session-row.js'
import { defineSessionStatements } from './upload-session-statements.js'
import type { UsageLimits } from './usage-repository.js'

export type { NewSession, UploadSession } from './upload-session-row.js'

export interface SessionLimits {
  /** Seconds without progress after which a session expires. */
  lifetime: number
  /** Maximum number of open sessions of a tenant, and of an account in it. */
  perTenant: number
  perAccount: number
  usage: UsageLimits
}

export type SessionCreation =
  | { outcome: 'created'; id: string; expiresAt: string }
  /**
   * An earlier request with this key created a session; compare the fingerprint, since it may have been a different
   * request.
   */
  | { outcome: 'repeated'; id: string; fingerprint: string }
  | { outcome: 'too many' | 'no room' }
  /** A document has the external id already. */
  | { outcome: 'taken'; documentId: string }

/** The newest writer of a session. */
export interface Writer {
  id: string
  epoch: number
}

export type UploadSessionRepository = ReturnType<ReturnType<typeof defineUploadSessionRepository>>

/**
 * Resumable and direct uploads. A statement that advances a session also extends its deadline, and does nothing once
 * the deadline has passed. Rows are locked in this order: usage, idempotency key, pending object, session. Only
 * creating a session and declaring its length lock usage; they then wait for no row whose holder could be waiting for
 * usage.
 */
export function defineUploadSessionRepository(tables: TenantTables) {
  const statements = defineSessionStatements(tables)

  async function countOpen(client: Client, userId: string) {
    const [open] = await statements.countOpen(client, { userId })
    if (open === undefined) throw new Error('The tenant has no row of usage')
    return open
  }

  return (client: TenantClient) => ({
    /**
     * Creates a session and reserves its key, if the tenant's limits leave room for it in addition to all open
     * sessions.
     * @param key an Idempotency-Key; for a day, it leads to the session that it created
     */
    create: (
      session: NewSession,
      limits: SessionLimits,
      key?: { key: string; fingerprint: string }
    ): Promise<SessionCreation> =>
      client.transaction(async (transaction): Promise<SessionCreation> => {
        // A separate statement, so that the following ones see all sessions created before.
        await statements.lockUsage(transaction)
        if (key !== undefined) {
          const [earlier] = await statements.findKey(transaction, { ...key, userId: session.user_id })
          if (earlier !== undefined) return { outcome: 'repeated', ...earlier }
        }
        const externalId = session.own_data.external_id
        if (externalId !== null) {
          const [owner] = await statements.findTaken(transaction, { externalId })
          if (owner !== undefined) return { outcome: 'taken', documentId: owner.id }
        }
        const open = await countOpen(transaction, session.user_id)
        if (open.in_tenant >= limits.perTenant || open.of_account >= limits.perAccount)
          return { outcome: 'too many' }
        const most = limitsOf(open, limits.usage)
        // Without a length, it still has at least a byte.
        const bytes = open.bytes + (session.upload_length ?? 1)
        if (most.documents !== null && open.documents + open.in_tenant >= most.documents)
          return { outcome: 'no room' }
        if (most.bytes !== null && bytes > most.bytes) return { outcome: 'no room' }
        const { lifetime } = limits
        const [created] = await statements.create(transaction, {
          ...session,
          ...{ own_data: JSON.stringify(session.own_data), lifetime }
        })
        if (created === undefined) throw new Error('The session was not created')
        if (key !== undefined)
          await statements.keepKey(transaction, { ...key, userId: session.user_id, id: session.id })
        return { outcome: 'created', id: session.id, expiresAt: created.deadline }
      }),
    /** @param userId if given, only a session of this account */
    async find(id: string, userId?: string): Promise<UploadSession | null> {
      const [row] = await statements.find(client, { id, userId: userId ?? null })
      return row ?? null
    },
    /** The newest sessions of an account. */
    list: (userId: string, limit: number): Promise<UploadSession[]> =>
      statements.list(client, { userId, limit }),
    /**
     * Makes `writer` the session's writer, if the session is open and has this offset. Earlier writers can no longer
     * save.
     */
    async acquire(
      id: string,
      offset: number,
      writer: string,
      lifetime: number
    ): Promise<UploadSession | null> {
      const [row] = await statements.acquire(client, { id, offset, writer, lifetime })
      return row ?? null
    },
    /** Declares the length of a session that has none, if the tenant's limits leave room for it. */
    declareLength: (
      {
        id,
        user_id,
        epoch,
        upload_offset
      }: Pick<UploadSession, 'id' | 'user_id' | 'epoch' | 'upload_offset'>,
      length: number,
      limits: UsageLimits
    ): Promise<{ outcome: 'declared' | 'no room' | 'lost' }> =>
      client.transaction(async (transaction) => {
        await statements.lockUsage(transaction)
        const open = await countOpen(transaction, user_id)
        const { bytes: most } = limitsOf(open, limits)
        if (most !== null && open.bytes - upload_offset + length > most) return { outcome: 'no room' }
        const declared = await statements.declareLength(transaction, { id, epoch, length })
        return { outcome: declared.length > 0 ? 'declared' : 'lost' }
      }),
    /** Maximum bytes of a session without a length, as the tenant's limits are now; null for no limit. */
    async room(
      { user_id, upload_offset }: Pick<UploadSession, 'user_id' | 'upload_offset'>,
      limits: UsageLimits
    ): Promise<number | null> {
      const open = await countOpen(client, user_id)
      const { bytes: most } = limitsOf(open, limits)
      return most === null ? null : most - (open.bytes - upload_offset)
    },
    /** Records the multipart upload of a session that has none. */
    async setMultipart({ id, epoch }: Writer, multipartId: string): Promise<{ outcome: 'set' | 'lost' }> {
      const { length } = await statements.setMultipart(client, { id, epoch, multipartId })
      return { outcome: length > 0 ? 'set' : 'lost' }
    },
    /** Acknowledges the bytes up to `offset`, which are in the storage, and drops the tail before it. */
    async save(
      { id, epoch }: Writer,
      offset: number,
      lifetime: number
    ): Promise<{ expiresAt: string } | null> {
      const [row] = await statements.save(client, { id, epoch, offset, lifetime })
      return row ? { expiresAt: row.deadline } : null
    },
    /** Like `save`, for a writer that has closed its file. */
    async saveLast(
      { id, epoch }: Writer,
      offset: number,
      lifetime: number
    ): Promise<{ expiresAt: string } | null> {
      const [row] = await statements.saveLast(client, { id, epoch, offset, lifetime })
      return row ? { expiresAt: row.deadline } : null
    },
    /** Stores the bytes that follow the offset as a row of the tail, and acknowledges them. */
    async saveTail(
      { id, epoch }: Writer,
      at: number,
      bytes: Buffer,
      lifetime: number
    ): Promise<{ expiresAt: string } | null> {
      const given = { id, epoch, at, bytes, offset: at + bytes.length, lifetime }
      const [row] = await statements.saveTail(client, given)
      return row ? { expiresAt: row.deadline } : null
    },
    /** The rows of the tail from an offset on, in order. */
    readTail: (id: string, from: number): Promise<{ at: number; bytes: Buffer }[]> =>
      statements.readTail(client, { id, from }),
    /** Records that the writer has closed its file. */
    async release({ id, epoch }: Writer): Promise<void> {
      await statements.release(client, { id, epoch })
    },
    /** Hands a complete session over to the workers, with an event. */
    async requestFinish(id: string, tenantId: string): Promise<{ outcome: 'requested' | 'not needed' }> {
      const { length } = await statements.requestFinish(client, { id, tenantId })
      return { outcome: length > 0 ? 'requested' : 'not needed' }
    },
    /** Extends the deadline of an open direct upload to `lifetime` seconds from now. */
    async keepDirect(id: string, lifetime: number): Promise<UploadSession | null> {
      const [row] = await statements.keepDirect(client, { id, lifetime })
      return row ?? null
    },
    /** Hands a direct upload, all of whose bytes are in the storage, over to the workers, with an event. */
    async completeDirect(id: string, tenantId: string): Promise<{ outcome: 'requested' | 'not needed' }> {
      const { length } = await statements.completeDirect(client, { id, tenantId })
      return { outcome: length > 0 ? 'requested' : 'not needed' }
    },
    /** Leases a complete session for `seconds`, unless another process holds its lease. */
    async lease(id: string, owner: string, seconds: number): Promise<UploadSession | null> {
      const [row] = await statements.lease(client, { id, owner, seconds })
      return row ?? null
    },
    /** Extends the lease to `seconds` from now. */
    async renew(id: string, owner: string, seconds: number): Promise<{ outcome: 'renewed' | 'lost' }> {
      const { length } = await statements.renew(client, { id, owner, seconds })
      return { outcome: length > 0 ? 'renewed' : 'lost' }
    },
    /** Releases the lease, so that another process can finish the session. */
    async endLease(id: string, owner: string): Promise<void> {
      await statements.endLease(client, { id, owner })
    },
    /** Ends the session with an error. */
    async fail(id: string, owner: string, error: string): Promise<{ outcome: 'failed' | 'lost' }> {
      const { length } = await statements.fail(client, { id, owner, error })
      return { outcome: length > 0 ? 'failed' : 'lost' }
    },
    /**
     * Deletes a session in any state.
     * @param userId if given, only a session of this account
     */
    async remove(id: string, userId?: string): Promise<Pick<UploadSession, 's3_path' | 'state'> | null> {
      const [row] = await statements.remove(client, { id, userId: userId ?? null })
      return row ?? null
    },
    /** Complete sessions that no process has leased, oldest first. */
    async listUnfinished(limit: number): Promise<string[]> {
      return (await statements.listUnfinished(client, { limit })).map(({ id }) => id)
    },
    /** Deletes sessions whose key is no longer reserved, and those that ended more than a day ago. */
    async prune(): Promise<void> {
      await statements.prune(client)
    }
  })
}

/** The limits in force: a tenant's own, of which -1 means none, or else those of the settings. */
function limitsOf(
  own: { max_documents: number | null; max_bytes: number | null },
  otherwise: UsageLimits
): UsageLimits {
  const limit = (value: number | null, other: number | null) =>
    value === null ? other : value < 0 ? null : value
  return {
    documents: limit(own.max_documents, otherwise.documents),
    bytes: limit(own.max_bytes, otherwise.bytes)
  }
}
