import { randomUUID } from 'node:crypto'
import type { SessionLimits, UploadSession } from '../../../db/tenant/upload-sessions-repository.js'
import type { TenantStore } from '../../../db/tenant/store.js'
import type { TenantRef } from '../../../plugins/tenancy/router.js'
import type { FairLine } from '../../../core/concurrency/fair-line.js'
import { AppError } from '../../../core/errors.js'
import { openFileSink } from './file-sink.js'
import { findSession, isAlive } from './find-session.js'
import { createFinisher, type FinisherDependencies } from './finisher.js'
import { HeldSession, replaced } from './held-session.js'
import { LiveHashes } from './live-hashes.js'
import { PartSink } from './part-sink.js'
import { partMemory } from './part-size.js'
import { createRunningWriters } from './running-writers.js'
import { SessionWriter } from './session-writer.js'
import type { Sink } from './sink.js'
import { createUploadCreation, type NewResumableUpload } from './upload-creation.js'
import { refuseTooMany, type WriteRequest } from './write-request.js'

/** Bytes of memory per request where the storage can write at any position. */
const FILE_WEIGHT = 2 * 1024 * 1024
/** Milliseconds for which a finished upload is still reported as complete, while its document exists. */
const DONE_MS = 3_600_000
const LISTED = 100

export interface ResumableUploadsDependencies extends FinisherDependencies {
  /** The line of requests with bytes; its unit is a byte of memory. */
  line: FairLine
  maxBytes: number
  sessions: Omit<SessionLimits, 'usage'>
}

/** The state of an upload after a request. */
export interface Written {
  offset: number
  expiresAt: string | null
  /** The id of the document, if this request created it. */
  documentId: string | null
}

export type ResumableUploads = ReturnType<typeof createResumableUploads>

/** Resumable uploads: created, written by one request after another, and finished when all bytes have arrived. */
export function createResumableUploads(dependencies: ResumableUploadsDependencies) {
  const { router, change, storage, hashing, removal, limits, line, maxBytes, sessions } = dependencies
  const { lifetime } = sessions
  const finisher = createFinisher(dependencies)
  const hashes = new LiveHashes(hashing)
  const running = createRunningWriters()
  const create = createUploadCreation(dependencies)

  /** @throws {AppError} UPLOAD_NOT_FOUND */
  const find = (tenant: TenantRef, id: string, userId: string): Promise<UploadSession> =>
    findSession(router, tenant, { id, userId, kind: 'tus' })

  /** Takes the session over. @throws {AppError} UPLOAD_NOT_FOUND, UPLOAD_GONE, OFFSET_MISMATCH */
  async function acquire(tenant: TenantRef, id: string, request: WriteRequest, writer: string) {
    const { offset } = request
    const acquired = await router.withTenant(tenant, (store) =>
      store.uploadSessions.acquire(id, offset, writer, lifetime)
    )
    if (acquired !== null) return acquired
    const session = await find(tenant, id, request.userId)
    if (session.upload_offset !== offset) throw new AppError('OFFSET_MISMATCH')
    throw new AppError(isAlive(session) ? 'OFFSET_MISMATCH' : 'UPLOAD_GONE')
  }

  async function openSink(tenant: TenantRef, session: HeldSession, withheld: boolean): Promise<Sink> {
    const { pieces } = storage.of(tenant)
    if (pieces.kind === 'parts') return new PartSink(pieces, session, withheld)
    return openFileSink(pieces, session, withheld)
  }

  /** Declares the length of a session that has none. If that makes its tail the last part, stores that part first. */
  async function declare(
    tenant: TenantRef,
    session: UploadSession,
    length: number,
    sink: Sink
  ): Promise<void> {
    if (session.upload_length !== null) return
    if (length === session.upload_offset && sink instanceof PartSink) await sink.storeLast()
    const { outcome } = await router.withTenant(tenant, (store) =>
      store.uploadSessions.declareLength(session, length, limits)
    )
    if (outcome === 'no room') throw new AppError('QUOTA_EXCEEDED')
    if (outcome === 'lost') throw replaced()
    session.upload_length = length
  }

  /**
   * Maximum bytes of the tenant's limits for an upload without a length: its bytes count only once they are saved.
   * @throws {AppError} QUOTA_EXCEEDED if the request has more
   */
  async function roomFor(tenant: TenantRef, session: UploadSession, size = 0): Promise<number | null> {
    if (session.upload_length !== null) return null
    const room = await router.withTenant(tenant, (store) => store.uploadSessions.room(session, limits))
    if (room !== null && session.upload_offset + size > room) throw new AppError('QUOTA_EXCEEDED')
    return room
  }

  /** Removes a file that no row names: a writer that was replaced while it opened its file may have created one. */
  async function discardStray(tenant: TenantRef, key: string): Promise<void> {
    const { pieces } = storage.of(tenant)
    if (pieces.kind !== 'file') return
    const isKnown = await router.withTenant(tenant, (store) => store.pendingObjects.has(key))
    if (!isKnown) await pieces.discard(key)
  }

  return {
    create: (tenant: TenantRef, request: Omit<NewResumableUpload, 'kind'>) =>
      create(tenant, { ...request, kind: 'tus' }),

    /** An upload of any kind and its state. @throws {AppError} UPLOAD_NOT_FOUND */
    find: (tenant: TenantRef, id: string, userId: string): Promise<UploadSession> =>
      findSession(router, tenant, { id, userId }),

    /** The newest uploads of an account, of any kind. */
    list: (tenant: TenantRef, userId: string): Promise<UploadSession[]> =>
      router.withTenant(tenant, (store) => store.uploadSessions.list(userId, LISTED)),

    /**
     * The state from which a client continues. If the upload is complete and no process is finishing it, asks the
     * worker to; the outcome is not known yet, so throws UPLOAD_LOCKED.
     * @throws {AppError} UPLOAD_NOT_FOUND, UPLOAD_GONE, UPLOAD_LOCKED
     */
    async position(tenant: TenantRef, id: string, userId: string): Promise<UploadSession> {
      let session = await find(tenant, id, userId)
      // The server may notice a broken connection late. Save what arrived on it, so the client need not send it again.
      if (await running.settle(id)) session = await find(tenant, id, userId)
      if (session.state === 'done') {
        if (!(await isStillDone(tenant, session))) throw new AppError('UPLOAD_GONE')
        return session
      }
      if (!isAlive(session)) throw new AppError('UPLOAD_GONE')
      if (session.state === 'open' && session.upload_offset === session.upload_length) {
        await change(tenant, (store) => store.uploadSessions.requestFinish(id, tenant.id))
        throw new AppError('UPLOAD_LOCKED')
      }
      return session
    },

    /**
     * Opens a writer when the request's turn comes. The caller must dispose of it on every path, then call `finish`.
     * @throws {AppError} UPLOADS_BUSY, UPLOAD_NOT_FOUND, UPLOAD_GONE, OFFSET_MISMATCH, FILE_TOO_LARGE, QUOTA_EXCEEDED,
     * MALFORMED_REQUEST, STORAGE_UNAVAILABLE, and what `askAgain` throws; the reason of `gone`
     */
    async begin({ id: tenantId, database_name, server }: TenantRef, id: string, request: WriteRequest) {
      const tenant = { id: tenantId, database_name, server }
      const { userId, gone, checksum } = request
      const before = await find(tenant, id, userId)
      refuseTooMany(before, request, maxBytes)
      const weight = storage.of(tenant).pieces.kind === 'file' ? FILE_WEIGHT : partMemory(before.part_size)
      const keys = [`tenant ${tenantId}`, `account ${userId}`]
      const place = await line.enter({ keys, weight, signal: gone })
      try {
        await request.askAgain()
        await running.ended(id)
        const session = await acquire(tenant, id, request, randomUUID())
        running.replace(id, session.epoch)
        return await open(tenant, session, request, { place, checksum })
      } catch (error) {
        place.leave()
        throw error
      }
    },

    /**
     * Ends a request whose writer has been disposed of. A complete upload becomes a document now, unless its object
     * must be read for that: then the worker makes the document.
     * @param session as its writer left it
     * @throws {AppError} CHECKSUM_MISMATCH, QUOTA_EXCEEDED, STORAGE_UNAVAILABLE, and what `askAgain` throws
     */
    async finish(
      tenant: TenantRef,
      session: UploadSession,
      { askAgain }: Pick<WriteRequest, 'askAgain'>
    ): Promise<Written> {
      const { id, upload_offset: offset, upload_length, expires_at: expiresAt } = session
      const done: Written = { offset, expiresAt, documentId: null }
      if (offset !== upload_length) return done
      const live = session.unclean ? undefined : hashes.take(id, session.epoch + 1, offset)
      if (live === undefined) {
        await change(tenant, (store) => store.uploadSessions.requestFinish(id, tenant.id))
        return done
      }
      const known = { content: await live.digest(), head: live.head }
      const document = await finisher.finish(tenant, id, { mayCommit: askAgain, known })
      return { ...done, documentId: document?.id ?? null }
    },

    /**
     * Deletes an upload, and its bytes unless they have become a document.
     * @param userId the account of the upload; undefined for any
     * @throws {AppError} UPLOAD_NOT_FOUND
     */
    async remove(tenant: TenantRef, id: string, userId?: string): Promise<void> {
      const removed = await router.withTenant(tenant, (store) => store.uploadSessions.remove(id, userId))
      if (removed === null) throw new AppError('UPLOAD_NOT_FOUND')
      running.replace(id)
      if (removed.state !== 'done') await removal.abandon(tenant, removed.s3_path, 'in parts')
    },

    /** Ends all requests with bytes: each saves what has arrived, and its client continues with another process. */
    stop: () => running.stop(new AppError('SHUTTING_DOWN'))
  }

  async function open(
    tenant: TenantRef,
    session: UploadSession,
    request: WriteRequest,
    { place, checksum }: Pick<ConstructorParameters<typeof SessionWriter>[0], 'place' | 'checksum'>
  ): Promise<SessionWriter> {
    const withStore = <T>(work: (store: TenantStore) => Promise<T>) => router.withTenant(tenant, work)
    const held = new HeldSession(session, { withStore, lifetime })
    const withheld = request.withheld || checksum !== undefined
    let sink: Sink | undefined
    let room: number | null
    try {
      sink = await openSink(tenant, held, withheld)
      if (request.length !== undefined) await declare(tenant, session, request.length, sink)
      room = await roomFor(tenant, session, request.size)
    } catch (error) {
      await sink?.close()
      await held.release()
      throw error
    }
    const live = hashes.take(session.id, session.epoch, held.saved)
    const writer = new SessionWriter({
      ...{ session: held, place, sink, live, checksum, withheld },
      ...{ most: session.upload_length ?? maxBytes, room },
      onClosed: async (whole) => {
        running.remove(session.id, writer)
        if (whole !== undefined) hashes.keep(session.id, session.epoch, whole)
        await held.release()
        if (writer.isBroken) await discardStray(tenant, session.s3_path)
      }
    })
    running.add(session.id, writer)
    return writer
  }

  /** Whether a finished upload is still reported as complete: for `DONE_MS`, while its document exists. */
  async function isStillDone(tenant: TenantRef, session: UploadSession): Promise<boolean> {
    const { finished_at, document_id } = session
    if (finished_at === null || Date.parse(finished_at) + DONE_MS < Date.now() || document_id === null)
      return false
    return (await router.withTenant(tenant, (store) => store.documents.findById(document_id))) !== null
  }
}
