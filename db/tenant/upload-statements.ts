import { and, eq, gt, sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import { bigint, boolean, char, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { Metadata } from '../../core/own-data.js'
import { insertEvent } from '../event.js'
import { ANSWER_RETENTION } from '../idempotency-table.js'
import { rowsOf } from '../json-rows.js'
import { bare, insertSelect, now, query, rendered, secondsFromNow, under, type Named } from '../statement.js'
import { isHeld, type HeldKey } from './idempotency-repository.js'
import { documentWithFileColumns, selectList, type UploadAnswerRow } from './rows.js'
import type { TenantTables } from './schema.js'

/** Several `NewUpload`s as one parameter, with the types of the columns, so that their indexes can be used. */
export const uploads = pgTable('uploads', {
  ...{ id: uuid(), filename: text(), mime_type: text(), charset: text(), user_id: uuid(), ip: text() },
  ...{
    on_behalf_of: text(),
    external_id: text(),
    metadata: jsonb().$type<Metadata>(),
    tags: text().array(),
    folder: text()
  },
  ...{ md5_hash: char({ length: 32 }), sha256: char({ length: 64 }), file_size: bigint({ mode: 'number' }) },
  ...{ file_id: uuid(), s3_path: text() },
  // Set if the object was read back before its commit.
  ...{ verified: boolean(), detected_type: text() }
})

/** The parameters of all statements that add documents. */
interface Given {
  uploads: string
  tenantId: string
  maxDocuments: string
  maxBytes: string
  /** How long `attachOrReserve` reserves keys. */
  seconds: number
}

type Content = Record<'md5_hash' | 'sha256' | 'file_size', SQLWrapper & { name: string }>

const contentOf = (of: Content) => sql.join([of.md5_hash, of.sha256, of.file_size], sql`, `)
const sameContent = (one: Content, other: Content) => sql`(${contentOf(one)}) = (${contentOf(other)})`

/** The statements of `UploadRepository`, which documents them. */
export function defineUploadStatements(tables: TenantTables) {
  const { files, documents, pendingObjects, outbox, idempotencyKeys, uploadSessions } = tables
  const [ready, claimed] = [under('ready', uploads), under('claimed', uploads)]
  const [file, stored, old] = [under('file', files), under('stored', files), under('old', files)]
  const document = under('document', documents)

  /** The condition that verifying has found the object missing or damaged. */
  const isBroken = ({ verification }: typeof files) =>
    sql`coalesce(${verification} in ('damaged', 'missing'), false)`
  const isReserved = (key: SQLWrapper) =>
    and(eq(pendingObjects.s3_path, key), eq(pendingObjects.state, 'upload'), gt(pendingObjects.deadline, now))

  // Sorted in the order in which files are locked.
  const input = (given: Named<Given>, ifHeld?: SQL) => sql`
    ${uploads} as materialized (select * from ${rowsOf(uploads, given.uploads)}),
    ${ready} as materialized (select * from ${uploads} ${ifHeld} order by ${contentOf(uploads)})`

  /** A column of the CTE `answer`: a document with its file. */
  const answer = (name: keyof UploadAnswerRow) => sql`answer.${bare({ name })}`
  const uploaded = ({ tenantId }: Named<Given>) =>
    insertEvent(
      outbox,
      'document.uploaded',
      {
        ...{ tenantId, userId: answer('user_id') },
        data: {
          ...{ document_id: answer('id'), file_id: answer('file_id') },
          ...{ filename: answer('filename'), mime_type: answer('mime_type') },
          ...{ file_size: answer('file__file_size'), md5_hash: answer('file__md5_hash') },
          ...{ sha256: answer('file__sha256'), deduplicated: answer('deduplicated') },
          ...{ revision: answer('revision'), on_behalf_of: answer('on_behalf_of') },
          ...{ external_id: answer('external_id'), metadata: answer('metadata') },
          ...{ tags: answer('tags'), folder: answer('folder') },
          ip: sql`(select ${ready.ip} from ${ready} where ${ready.id} = ${answer('id')})`
        }
      },
      sql`answer`
    )
  const processing = ({ tenantId }: Named<Pick<Given, 'tenantId'>>, userId: SQLWrapper, from: SQLWrapper) =>
    insertEvent(outbox, 'file.process', { tenantId, userId, data: { file_id: file.id } }, from)

  /** The CTEs that insert the documents, after a CTE `file` of files, each with the `document_id` that it is for. */
  const documentOf = (given: Named<Given>) => {
    const { id, filename, mime_type, charset, user_id, on_behalf_of } = ready
    const { external_id, metadata, tags, folder } = ready
    const owner = { user_id, on_behalf_of, created_by: user_id }
    const own = { external_id, metadata, tags, folder }
    const row = { id, filename, mime_type, charset, file_id: file.id, ...owner, ...own }
    // Passes the limits of the settings to the triggers that count at the end of the statement.
    return sql`limits as (
      select set_config('strongroom.max_documents', ${given.maxDocuments}, true),
        set_config('strongroom.max_bytes', ${given.maxBytes}, true)
    ), ${document} as (
      ${insertSelect(documents, row, sql`${ready} join ${file} on file.document_id = ${id}, limits`)} returning *
    ), answer as (
      select ${selectList(documentWithFileColumns(document, file))}, file.deduplicated
      from ${document} join ${file} on file.document_id = ${document.id}
    ), event as (${uploaded(given)})`
  }

  /**
   * Two statements, with and without an Idempotency-Key; with one, nothing happens unless the request still holds it.
   */
  const bothWays = (fileOf: (given: Named<Given>) => SQL) => ({
    plain: rendered(
      (given: Named<Given>) => sql<UploadAnswerRow>`
        with ${input(given)}, ${fileOf(given)}, ${documentOf(given)} select * from answer`
    ),
    keyed: rendered((given: Named<Given & HeldKey>) => {
      const isMine = isHeld(tables, given)
      const held = query
        .select({ key: idempotencyKeys.key })
        .from(idempotencyKeys)
        .where(isMine)
        .for('update')
      const answered = query
        .update(idempotencyKeys)
        .set({
          result: sql`to_jsonb(answer)`,
          fingerprint: sql`${given.fingerprint}`,
          expires_at: secondsFromNow(ANSWER_RETENTION)
        })
        .from(sql`answer`)
        .where(isMine)
      return sql<UploadAnswerRow>`
        with held as ${held}, ${input(given, sql`where exists (select from held)`)}, ${fileOf(given)},
          ${documentOf(given)}, answered as ${answered} select * from answer`
    })
  })

  // FOR KEY SHARE waits for a transaction that is deleting the file, and then does not find the file.
  const attachOrReserve = bothWays(({ seconds }) => {
    const reservation = { s3_path: uploads.s3_path, state: sql`'upload'`, deadline: secondsFromNow(seconds) }
    return sql`${file} as (
        select ${ready.id} as document_id, true as deduplicated, found.* from ${ready}, lateral (
          select * from ${files} where ${sameContent(files, ready)} and not ${isBroken(files)} for key share
        ) found
      ), reserved as (
        ${insertSelect(pendingObjects, reservation, uploads)}
        where ${uploads.id} not in (select document_id from ${file})
      )`
  })

  // ON CONFLICT DO UPDATE returns an existing row, where DO NOTHING would return none. It changes no key column, so it
  // does not wait for foreign key checks of other documents.
  const commitOf = (given: Named<Given>, held?: SQL) => {
    const { md5_hash, sha256, file_size, s3_path, file_id, user_id, verified, detected_type } = claimed
    const row = {
      ...{ id: file_id, md5_hash, sha256, file_size, s3_path, created_by: user_id, detected_type },
      verified_at: sql`case when ${verified} then now() end`,
      verification: sql`case when ${verified} then 'intact' end`
    }
    const content = contentOf(claimed)
    const once = sql`(select distinct on (${content}) * from ${claimed} order by ${content}) ${claimed}`
    const unverified = sql`${file} where not deduplicated and ${file.verified_at} is null`
    const surplus = sql`select written from ${file} where deduplicated and not ${isBroken(file)}`
    const dropped = query
      .update(pendingObjects)
      .set({ state: 'delete', deadline: now })
      .where(sql`${pendingObjects.s3_path} = any(array(${surplus}))`)
    return sql`${claimed} as (
        select ${ready}.* from ${ready}, lateral (
          select ${pendingObjects.s3_path} from ${pendingObjects} where ${isReserved(ready.s3_path)} for update
        ) reservation${held}
      ), ${stored} as (
        ${insertSelect(files, row, once)}
        on conflict (${bare(files.md5_hash, files.sha256, files.file_size)})
        do update set ${bare(files.updated_at)} = ${files.updated_at} returning *
      ), ${file} as (
        select ${claimed.id} as document_id, ${s3_path} as written, ${stored.s3_path} <> ${s3_path} as deduplicated, ${stored}.*
        from ${claimed} join ${stored} on ${sameContent(stored, claimed)}
      ), kept as (
        delete from ${pendingObjects}
        where ${pendingObjects.s3_path} = any(array(select written from ${file} where not deduplicated))
      ), dropped as ${dropped}, processing as (${processing(given, file.created_by, unverified)})`
  }
  const commit = bothWays((given) => commitOf(given))
  // The session is locked after the pending object, because the inner SELECT needs that row first.
  const commitSession = rendered((given: Named<Given & { leaseOwner: string }>) => {
    const { s3_path, state, lease_owner } = uploadSessions
    const isLeased = and(eq(state, 'finishing'), eq(lease_owner, given.leaseOwner))
    const held = sql`, lateral (
      select ${uploadSessions.id} from ${uploadSessions}
      where ${s3_path} = reservation.s3_path and ${isLeased} for update
    ) leased`
    const finished = query
      .update(uploadSessions)
      .set({
        ...{ state: 'done', document_id: sql`answer.id`, finished_at: now },
        ...{ lease_owner: null, lease_until: null, writer: null }
      })
      .from(sql`answer, ${claimed}`)
      .where(and(isLeased, eq(s3_path, claimed.s3_path)))
    return sql<UploadAnswerRow>`
      with ${input(given)}, ${commitOf(given, held)}, ${documentOf(given)}, finished as ${finished}
      select * from answer`
  })
  // The new object replaces a missing or damaged one, whose key becomes a pending object to remove.
  const repair = rendered((given: Named<{ fileId: string; key: string; tenantId: string }>) => {
    const { id, s3_path } = files
    const reservation = query
      .select({ s3_path: pendingObjects.s3_path })
      .from(pendingObjects)
      .where(isReserved(given.key))
      .for('update')
    const repaired = query
      .update(files)
      .set({
        ...{ s3_path: sql`${given.key}`, updated_at: now },
        // Without the lease, a worker that is still reading the old object cannot record its result.
        ...{ verification: null, verified_at: null, lease_owner: null, lease_until: null }
      })
      .from(sql`${old}`)
      .where(eq(id, old.id))
      .returning({ id })
    const replaced = { s3_path: old.s3_path, state: sql`'delete'`, deadline: now }
    return sql<{ id: string }>`
      with ${claimed} as ${reservation}, ${old} as (
        select ${id}, ${s3_path} from ${files}, ${claimed}
        where ${eq(id, given.fileId)} and ${isBroken(files)} for update of ${bare({ name: 'files' })}
      ), ${file} as ${repaired}, kept as (
        delete from ${pendingObjects} using ${file} where ${eq(pendingObjects.s3_path, given.key)}
      ), dropped as (${insertSelect(pendingObjects, replaced, sql`${old}, ${file}`)}),
      processing as (${processing(given, sql`null::uuid`, file)})
      select ${file.id} from ${file}`
  })

  return { attachOrReserve, commit, commitSession, repair }
}
