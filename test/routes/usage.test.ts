import { randomBytes } from 'node:crypto'
import t, { type Test } from 'tap'
import { resource } from '../../plugins/resources.js'
import type { UsageRepository } from '../../db/tenant/usage-repository.js'
import { refused, signUpMember, startApi, uploaded, Client } from '../helpers/api.js'
import { startUploads } from './uploads.js'

const uploads = await startUploads(t)
const { app, admin, tenant, url, db, path, leavesNothing, installation } = uploads
const router = resource(app, 'router')
const places = resource(app, 'places')
const BY = { tenantId: '00000000-0000-4000-8000-000000000000', osUser: 'root' }
const onUsage = <T>(work: (usage: UsageRepository) => Promise<T>) =>
  router.withTenant(tenant, (store) => work(store.usage))
const asOwner = <T>(work: (usage: UsageRepository) => Promise<T>) =>
  places.asOwner(tenant, (store) => work(store.usage))
const NONE = { documents: null, bytes: null }

interface Usage {
  documents: number
  files: number
  bytes: number
  limits: { documents: number | null; bytes: number | null }
}
const usage = async (of: Client = admin) => (await of.get<Usage>(`/api/tenants/${tenant.id}/usage`)).body.data
const sizes = (documents: number, files: number, bytes: number) => ({ documents, files, bytes, limits: NONE })

/** Asserts that the counters match the tables. */
async function exact(t: Test, what: string): Promise<void> {
  const counted = await onUsage((usage) => usage.read(NONE))
  const [real] = await db<{ documents: number; files: number; bytes: number }[]>`
    select (select count(*)::int from documents) as documents, count(*)::int as files,
      coalesce(sum(file_size), 0)::int as bytes from files`
  t.same({ documents: counted.documents, files: counted.files, bytes: counted.bytes }, real, what)
}

void t.test('every change is counted in its transaction', async (t) => {
  t.same(await usage(), sizes(0, 0, 0))
  const first = await uploaded(admin, tenant.id, '12345')
  const second = await uploaded(admin, tenant.id, '12345')
  const large = await uploaded(admin, tenant.id, randomBytes(6_000_000))
  t.same(await usage(await signUpMember(url, installation.sql, tenant.id, 'viewer')), sizes(3, 2, 6_000_005))
  await admin.delete(`${path}/${first.id}`)
  await onUsage((usage) => usage.fold())
  t.same(await db`select from usage_changes`, [], 'folded')
  t.same(await usage(), sizes(2, 2, 6_000_005))
  for (const { id } of [second, large]) await admin.delete(`${path}/${id}`)
  t.same(await usage(), sizes(0, 2, 6_000_005), 'files count until they are removed')
  for (const { file_id } of [second, large]) await admin.delete(`/api/tenants/${tenant.id}/files/${file_id}`)
  t.same(await usage(), sizes(0, 0, 0))
})

void t.test('changes by hand and in great numbers are counted too', async (t) => {
  const { file_id } = await uploaded(admin, tenant.id, 'by hand')
  await db`insert into documents (id, filename, mime_type, file_id, user_id)
    select gen_random_uuid(), 'copy', 'a/b', ${file_id}, ${admin.userId} from generate_series(1, 500)`
  t.equal((await usage()).documents, 501)
  await db`delete from documents`
  t.equal((await usage()).documents, 0)
})

void t.test('changes are folded in passing, and no transaction waits for that', async (t) => {
  const { file_id } = await uploaded(admin, tenant.id, 'many changes')
  const add = () => db`insert into documents (id, filename, mime_type, file_id, user_id)
    values (gen_random_uuid(), 'copy', 'a/b', ${file_id}, ${admin.userId})`
  const unfolded = async () => {
    const [row] = await db<{ count: number }[]>`select count(*)::int as count from usage_changes`
    return row?.count ?? NaN
  }
  for (let n = 0; n < 210; n++) await add()
  t.ok((await unfolded()) <= 100, `${await unfolded()} changes are not folded yet`)
  await db.begin(async (holder) => {
    await holder`select from usage for update`
    for (let n = 0; n < 210; n++) await add()
  })
  t.ok((await unfolded()) >= 210, 'left for a later transaction, or the sweeper')
  await exact(t, 'no count is lost')
  await db`delete from documents`
})

void t.test('concurrent uploads, deletions, folds and recounts lose no count', async (t) => {
  const work = Array.from({ length: 60 }, async (_, n) => {
    const document = await uploaded(admin, tenant.id, `content ${n % 7}`)
    if (n % 3 === 0) await admin.delete(`${path}/${document.id}`)
    if (n % 5 === 0) await onUsage((usage) => usage.fold())
    if (n % 11 === 0) await onUsage((usage) => usage.recount())
  })
  await Promise.all(work)
  await exact(t, 'before the last fold')
  await onUsage((usage) => usage.fold())
  await exact(t, 'after it')
  await db`update usage set documents = 999, bytes = 1`
  await onUsage((usage) => usage.recount())
  await exact(t, 'recounted')
})

void t.test('a limit of documents is enforced for concurrent uploads', async (t) => {
  const { documents } = await usage()
  await asOwner((usage) => usage.setLimits({ documents: documents + 5 }, BY))
  t.same((await usage()).limits, { documents: documents + 5, bytes: null })
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => admin.upload(tenant.id, `limited ${n % 10}`))
  )
  t.equal(answers.filter(({ status }) => status === 201).length, 5)
  for (const answer of answers.filter(({ status }) => status !== 201)) refused(t, answer, 'QUOTA_EXCEEDED')
  t.equal((await usage()).documents, documents + 5)
  await exact(t, 'the counters')
  await leavesNothing(t, 'a large one', async () => {
    refused(t, await admin.upload(tenant.id, randomBytes(6_000_000)), 'QUOTA_EXCEEDED')
  })
  const [document] = await db<{ id: string }[]>`select id from documents limit 1`
  await admin.delete(`${path}/${String(document?.id)}`)
  t.equal((await admin.upload(tenant.id, 'fits again')).status, 201)
  await asOwner((usage) => usage.setLimits({ documents: 'default' }, BY))
})

void t.test('a limit of bytes is enforced for concurrent uploads, and during the stream', async (t) => {
  const { bytes } = await usage()
  await asOwner((usage) => usage.setLimits({ bytes: bytes + 5_000 }, BY))
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => admin.upload(tenant.id, randomBytes(1_000)))
  )
  t.equal(answers.filter(({ status }) => status === 201).length, 5)
  for (const answer of answers.filter(({ status }) => status !== 201)) refused(t, answer, 'QUOTA_EXCEEDED')
  t.equal((await usage()).bytes, bytes + 5_000)
  await exact(t, 'the counters')
  await leavesNothing(t, 'too much', async () => {
    refused(t, await admin.upload(tenant.id, randomBytes(1)), 'QUOTA_EXCEEDED')
    refused(t, await admin.upload(tenant.id, randomBytes(9_000_000)), 'QUOTA_EXCEEDED')
  })
  const known = await admin.upload(tenant.id, 'content 1')
  t.equal(known.status, 201, 'duplicates need no bytes')
  await asOwner((usage) => usage.setLimits({ bytes: 'default' }, BY))
})

void t.test('the settings limit tenants without limits of their own', async (t) => {
  const { documents, bytes } = await usage()
  const settings = { QUOTA_DOCUMENTS: String(documents + 1), QUOTA_BYTES: String(bytes + 100) }
  const { url } = await startApi(t, installation.configWith(settings))
  const limited = new Client(url, admin.token)
  t.same((await usage(limited)).limits, { documents: documents + 1, bytes: bytes + 100 })
  refused(t, await limited.upload(tenant.id, randomBytes(101)), 'QUOTA_EXCEEDED')
  t.equal((await limited.upload(tenant.id, randomBytes(100))).status, 201)
  refused(t, await limited.upload(tenant.id, 'content 1'), 'QUOTA_EXCEEDED')
  await asOwner((usage) => usage.setLimits({ documents: 'none', bytes: bytes + 200 }, BY))
  t.same((await usage(limited)).limits, { documents: null, bytes: bytes + 200 })
  t.equal((await limited.upload(tenant.id, randomBytes(100))).status, 201)
  refused(t, await limited.upload(tenant.id, randomBytes(1)), 'QUOTA_EXCEEDED')
})
