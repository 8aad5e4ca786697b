import { and, desc, eq, gt, sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import { insertEvent } from '../event.js'
import { ANSWER_RETENTION } from '../idempotency-table.js'
import { jsonObject, justNow, now, query, rendered, secondsFromNow, under, type Named } from '../statement.js'
import { hasExternalId } from './document-update.js'
import type { TenantTables } from './schema.js'
import type { NewSession, UploadSession } from './upload-session-row.js'

/** A session expires at most this many days after its creation, whatever its progress. */
const LONGEST_DAYS = 6
/** Minimum seconds for which the object of a finishing session stays reserved. */
const FINISHING_SECONDS = 3_600

export const CREATE_UPLOAD = 'createUpload'

interface ById {
  id: string
}
type OfWriter = ById & { epoch: number }
/** The parameters of `create`; `own_data` is JSON text. */
type Created = Omit<NewSession, 'own_data'> & { own_data: string; lifetime: number }
interface Saved {
  offset: number
  lifetime: number
}
type OfLease = ById & { owner: string }
interface Moved {
  deadline: string
}
interface OpenUsage {
  in_tenant: number
  of_account: number
  max_documents: number | null
  max_bytes: number | null
  documents: number
  bytes: number
}
interface KeyOf {
  userId: string
  key: string
}

/** The statements of `UploadSessionRepository`, which documents them. */
export function defineSessionStatements(tables: TenantTables) {
  const { uploadSessions: sessions, uploadTails: tails, pendingObjects, idempotencyKeys, outbox } = tables
  const { usage, usageChanges, documents } = tables
  const { id, user_id, state, epoch, upload_offset, upload_length, writer, s3_path } = sessions
  const moved = under('moved', sessions)
  const alive = under('alive', pendingObjects)

  const columns = sql.join(
    Object.entries(sessions)
      .filter(([name]) => SHOWN.includes(name))
      .map(([, column]) => sql`${column as SQLWrapper}`),
    sql`, `
  )
  const isReserved = and(eq(pendingObjects.state, 'upload'), gt(pendingObjects.deadline, now))

  /**
   * Updates a session that matches `where`, and the deadline of its pending object, whose row is locked first. The
   * condition is checked again on the session's newest version.
   */
  const move = ({ deadline, set, where }: { deadline: SQL; set: SQL; where: SQL | undefined }) => {
    const path = sql`select ${s3_path} from ${sessions} where ${where}`
    return sql`
      ${alive} as (
        update ${pendingObjects} set deadline = ${deadline}
        where ${pendingObjects.s3_path} = (${path}) and ${isReserved}
        returning ${pendingObjects.s3_path}, ${pendingObjects.deadline}
      ), ${moved} as (
        update ${sessions} set ${set} from ${alive}
        where ${s3_path} = ${alive.s3_path} and ${where} returning ${sessions}.*
      )`
  }
  const kept = (lifetime: SQLWrapper) => sql`least(now() + make_interval(secs => ${lifetime}),
    ${pendingObjects.created_at} + interval '${sql.raw(String(LONGEST_DAYS))} days')`
  const finishing = sql`greatest(${pendingObjects.deadline},
    now() + interval '${sql.raw(String(FINISHING_SECONDS))} seconds')`
  const isWriter = (named: Named<OfWriter>) =>
    and(eq(id, named.id), eq(epoch, named.epoch), eq(state, 'open'))
  const isLeased = (named: Named<OfLease>) =>
    and(eq(id, named.id), eq(sessions.lease_owner, named.owner), eq(state, 'finishing'))
  const isFree = sql`(${sessions.lease_until} is null or ${sessions.lease_until} <= now())`
  const isComplete = sql`${state} = 'open' and ${upload_offset} = ${upload_length}`
  const isOpenDirect = sql`${sessions.kind} = 'direct' and ${state} = 'open'`

  /** Acknowledges bytes that are in the storage. */
  const saving = (named: Named<OfWriter & Saved>, set: SQL) => {
    const where = sql`${isWriter(named)} and ${upload_offset} <= ${named.offset}`
    return sql<Moved>`
      with ${move({ deadline: kept(named.lifetime), set, where })}, dropped as (
        delete from ${tails} using ${moved}
        where ${tails.session_id} = ${moved.id} and ${tails.at} < ${named.offset}
      ) select deadline from ${alive}, ${moved}`
  }

  /** Hands a session over to the workers, with an event. */
  const handOver = (
    { id: given, tenantId }: Named<ById & { tenantId: string }>,
    { set, where }: { set: SQL; where: SQL }
  ) => {
    const taken = sql`${set}, state = 'finishing', epoch = ${epoch} + 1,
      unclean = ${sessions.unclean} or ${writer} is not null`
    const data = { upload_id: sql`${moved.id}` }
    return sql<ById>`
      with ${move({ deadline: finishing, set: taken, where: sql`${eq(id, given)} and ${where}` })}, event as (
        ${insertEvent(outbox, 'upload.finish', { tenantId, userId: moved.user_id, data }, moved)}
      ) select ${moved.id} from ${moved}`
  }

  const expiry = sql`(select ${pendingObjects.deadline} from ${pendingObjects}
    where ${pendingObjects.s3_path} = ${s3_path} and ${pendingObjects.state} = 'upload') as expires_at`
  const isOf = (userId: SQLWrapper) => sql`(${userId}::uuid is null or ${user_id} = ${userId}::uuid)`

  return {
    lockUsage: rendered(() => sql<object>`select from ${usage} for no key update`),
    /**
     * The tenant's limits, and its usage including its open sessions: their declared lengths, or the bytes that they have
     * so far. Planned on every run: a plan made when there were few rows would compare each session with each
     * reservation.
     */
    countOpen: rendered(
      ({ userId }: Named<{ userId: string }>) =>
        sql<OpenUsage>`
        select open.in_tenant, open.of_account, ${usage.max_documents}, ${usage.max_bytes},
          ${usage.documents} + changes.documents as documents,
          ${usage.bytes} + changes.bytes + open.bytes as bytes
        from ${usage}, (
          select count(*)::int as in_tenant, (count(*) filter (where ${user_id} = ${userId}))::int as of_account,
            coalesce(sum(coalesce(${upload_length}, ${upload_offset})), 0)::bigint as bytes
          from ${sessions} where ${state} in ('open', 'finishing') and exists (
            select from ${pendingObjects} where ${pendingObjects.s3_path} = ${s3_path} and ${isReserved})
        ) open, (
          select coalesce(sum(${usageChanges.documents}), 0)::bigint as documents,
            coalesce(sum(${usageChanges.bytes}), 0)::bigint as bytes
          from ${usageChanges}
        ) changes`,
      { prepare: false }
    ),
    findKey: rendered(({ userId, key }: Named<KeyOf>) => {
      const { result, fingerprint, expires_at } = idempotencyKeys
      return sql<{ id: string; fingerprint: string }>`
        select ${result}->>'id' as id, ${fingerprint} as fingerprint from ${idempotencyKeys}
        where ${isKey(idempotencyKeys, userId, key)} and ${gt(expires_at, now)}`
    }),
    keepKey: rendered((named: Named<KeyOf & ById & { fingerprint: string }>) => {
      const { user_id, operation, key } = idempotencyKeys
      const row = {
        ...{ owner: sql`${named.id}::uuid`, claimed_until: now, fingerprint: sql`${named.fingerprint}` },
        ...{
          result: jsonObject({ id: sql`${named.id}::text` }),
          expires_at: secondsFromNow(ANSWER_RETENTION)
        }
      }
      return query
        .insert(idempotencyKeys)
        .values({ user_id: named.userId, operation: CREATE_UPLOAD, key: named.key, ...row })
        .onConflictDoUpdate({ target: [user_id, operation, key], set: { ...row, created_at: now } })
    }),
    create: rendered((named: Named<Created>) => {
      const { id, user_id, ip, on_behalf_of, s3_path, filename, mime_type, charset, metadata, md5, sha256 } =
        named
      const reserved = query
        .insert(pendingObjects)
        .values({ s3_path, state: 'upload', deadline: secondsFromNow(named.lifetime) })
        .returning({ deadline: pendingObjects.deadline })
      const created = query.insert(sessions).values({
        ...{ id, user_id, ip, on_behalf_of, s3_path, filename, mime_type, charset, metadata, md5, sha256 },
        own_data: sql`${named.own_data}::text::jsonb`,
        ...{ kind: named.kind, upload_length: named.upload_length, part_size: named.part_size }
      })
      return sql<Moved>`with reserved as ${reserved}, created as ${created} select deadline from reserved`
    }),
    findTaken: rendered(({ externalId }: Named<{ externalId: string }>) =>
      query.select({ id: documents.id }).from(documents).where(hasExternalId(documents, externalId))
    ),
    find: rendered(
      (named: Named<ById & { userId: string | null }>) =>
        sql<UploadSession>`select ${columns}, ${expiry} from ${sessions}
        where ${eq(id, named.id)} and ${isOf(named.userId)}`
    ),
    list: rendered(
      (named: Named<{ userId: string; limit: number }>) =>
        sql<UploadSession>`select ${columns}, ${expiry} from ${sessions} where ${eq(user_id, named.userId)}
        order by ${desc(sessions.created_at)}, ${desc(id)} limit ${named.limit}`
    ),
    acquire: rendered((named: Named<ById & { offset: number; writer: string; lifetime: number }>) => {
      const set = sql`epoch = ${epoch} + 1, unclean = ${sessions.unclean} or ${writer} is not null,
        writer = ${named.writer}::uuid`
      const where = and(eq(id, named.id), eq(state, 'open'), eq(upload_offset, named.offset))
      return sql<UploadSession>`
        with ${move({ deadline: kept(named.lifetime), set, where })}
        select ${moved}.*, ${alive.deadline} as expires_at from ${moved}, ${alive}`
    }),
    declareLength: rendered((named: Named<OfWriter & { length: number }>) =>
      query
        .update(sessions)
        .set({ upload_length: sql`${named.length}::bigint` })
        .where(
          and(isWriter(named), sql`${upload_length} is null and ${upload_offset} <= ${named.length}::bigint`)
        )
        .returning({ id })
    ),
    setMultipart: rendered((named: Named<OfWriter & { multipartId: string }>) =>
      query
        .update(sessions)
        .set({ multipart_id: sql`${named.multipartId}` })
        .where(and(isWriter(named), sql`${sessions.multipart_id} is null`))
        .returning({ id })
    ),
    save: rendered((named: Named<OfWriter & Saved>) => saving(named, sql`upload_offset = ${named.offset}`)),
    saveLast: rendered((named: Named<OfWriter & Saved>) =>
      saving(named, sql`upload_offset = ${named.offset}, writer = null`)
    ),
    saveTail: rendered(
      (named: Named<OfWriter & { at: number; bytes: Buffer; offset: number; lifetime: number }>) => {
        const set = sql`upload_offset = ${named.offset}`
        const where = sql`${isWriter(named)} and ${upload_offset} = ${named.at}`
        return sql<Moved>`
          with ${move({ deadline: kept(named.lifetime), set, where })}, kept as (
            insert into ${tails} (session_id, at, bytes)
            select ${moved.id}, ${named.at}::bigint, ${named.bytes}::bytea from ${moved}
          ) select deadline from ${alive}, ${moved}`
      }
    ),
    readTail: rendered((named: Named<ById & { from: number }>) =>
      query
        .select({ at: tails.at, bytes: tails.bytes })
        .from(tails)
        .where(and(eq(tails.session_id, named.id), sql`${tails.at} >= ${named.from}`))
        .orderBy(tails.at)
    ),
    release: rendered((named: Named<OfWriter>) =>
      query
        .update(sessions)
        .set({ writer: null })
        .where(and(eq(id, named.id), eq(epoch, named.epoch)))
    ),
    requestFinish: rendered((named: Named<ById & { tenantId: string }>) =>
      handOver(named, { set: sql`upload_offset = ${upload_offset}`, where: isComplete })
    ),
    keepDirect: rendered((named: Named<ById & { lifetime: number }>) => {
      const set = sql`upload_offset = ${upload_offset}`
      const where = sql`${eq(id, named.id)} and ${isOpenDirect}`
      return sql<UploadSession>`
        with ${move({ deadline: kept(named.lifetime), set, where })}
        select ${moved}.*, ${alive.deadline} as expires_at from ${moved}, ${alive}`
    }),
    completeDirect: rendered((named: Named<ById & { tenantId: string }>) =>
      handOver(named, { set: sql`upload_offset = ${upload_length}`, where: isOpenDirect })
    ),
    lease: rendered((named: Named<OfLease & { seconds: number }>) => {
      const set = sql`state = 'finishing', epoch = ${epoch} + 1,
        unclean = ${sessions.unclean} or (${state} = 'open' and ${writer} is not null),
        lease_owner = ${named.owner}::uuid, lease_until = ${secondsFromNow(named.seconds)}`
      const where = sql`${eq(id, named.id)} and (${isComplete} or ${state} = 'finishing' and ${isFree})`
      return sql<UploadSession>`
        with ${move({ deadline: finishing, set, where })}
        select ${moved}.*, ${alive.deadline} as expires_at from ${moved}, ${alive}`
    }),
    renew: rendered((named: Named<OfLease & { seconds: number }>) => {
      const set = sql`lease_until = ${secondsFromNow(named.seconds)}`
      return sql<ById>`
        with ${move({ deadline: finishing, set, where: isLeased(named) })} select ${moved.id} from ${moved}`
    }),
    endLease: rendered((named: Named<OfLease>) =>
      query.update(sessions).set({ lease_until: justNow }).where(isLeased(named))
    ),
    fail: rendered((named: Named<OfLease & { error: string }>) =>
      query
        .update(sessions)
        .set({
          ...{ state: 'failed', error: sql`${named.error}`, finished_at: now },
          ...{ lease_owner: null, lease_until: null }
        })
        .where(isLeased(named))
        .returning({ id })
    ),
    remove: rendered(
      (named: Named<ById & { userId: string | null }>) =>
        sql<Pick<UploadSession, 's3_path' | 'state'>>`delete from ${sessions}
        where ${eq(id, named.id)} and ${isOf(named.userId)} returning ${s3_path}, ${state}`
    ),
    listUnfinished: rendered(
      ({ limit }: Named<{ limit: number }>) =>
        sql<ById>`select ${id} from ${sessions}
        where ${isComplete} or ${state} = 'finishing' and ${isFree}
        order by ${sessions.created_at} limit ${limit}`
    ),
    prune: rendered(
      () =>
        sql`with dropped as (
          delete from ${tails} using ${sessions}
          where ${tails.session_id} = ${id} and ${state} in ('done', 'failed')
        ) delete from ${sessions} where
          ${state} in ('done', 'failed') and ${sessions.finished_at} < now() - interval '1 day'
          or ${state} in ('open', 'finishing') and not exists (
            select from ${pendingObjects}
            where ${pendingObjects.s3_path} = ${s3_path} and ${pendingObjects.state} = 'upload')`
    )
  }
}

const SHOWN = [
  ...[
    'id',
    'user_id',
    'ip',
    'on_behalf_of',
    'kind',
    's3_path',
    'filename',
    'mime_type',
    'charset',
    'metadata',
    'own_data',
    'md5',
    'sha256'
  ],
  ...['upload_length', 'upload_offset', 'part_size', 'multipart_id', 'epoch', 'unclean', 'state', 'error'],
  ...['document_id', 'created_at', 'finished_at']
]

const isKey = (
  { user_id, operation, key }: TenantTables['idempotencyKeys'],
  userId: SQLWrapper,
  asked: SQLWrapper
) => and(eq(user_id, userId), eq(operation, CREATE_UPLOAD), eq(key, asked))
