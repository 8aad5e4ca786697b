import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import t from 'tap'
import { MAX_EVENT_BYTES } from '../../core/events.js'
import { resource } from '../../plugins/resources.js'
import { withDatabase, withLogin } from '../../db/database-url.js'
import { codeOf } from '../../db/error-codes.js'
import { mainServerNames } from '../../plugins/tenancy/server-names.js'
import { createTenantRoles } from '../../plugins/tenancy/tenant-roles.js'
import {
  captureLog,
  createTenant,
  signUp,
  startApi,
  uploaded,
  type Client,
  type TestTenant
} from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { createWorkerServices } from '../../workers/compose.js'
import { startWorker } from '../helpers/worker.js'

/*
 * An attacker has the login of tenant A's database, and nothing else, and tries to reach tenant B or to disrupt the
 * installation. Under the schema strategy tenants have no logins, so the owner writes the same rows.
 */
const installation = await createInstallation(t)
const { config, sql } = installation
const databases = config.tenancy.strategy === 'database'
const { logger, lines } = captureLog('error')
const { app, url } = await startApi(t, config, logger)
const [admin, victim] = [await signUp(url, 'mallory'), await signUp(url, 'bob')]
const a = await createTenant(admin, 'Attackers')
const b = await createTenant(victim, 'Bystanders')
const theirs = await uploaded(victim, b.id, 'the secret of B')
const storage = resource(app, 'tenantStorage')
const tenancy = resource(app, 'places')
const services = createWorkerServices(app)

function logIn(tenant: TestTenant): postgres.Sql {
  if (!databases) return installation.tenantSql(tenant.database_name)
  const roles = createTenantRoles(
    config.database.url,
    String(config.tenancy.roleSecret),
    mainServerNames(config.database.url)
  )
  const login = withLogin(
    withDatabase(config.database.url, tenant.database_name),
    roles.login(tenant.database_name)
  )
  const client = postgres(login, { max: 1, onnotice: () => undefined })
  t.teardown(() => client.end())
  return client
}
const hostile = logIn(a)
const intact = async () => (await storage.of(b).stat(theirs.file.s3_path)) !== null

/** Creates a document of A and points its file to this key. */
async function pointingTo(key: string, changes: Record<string, unknown> = {}): Promise<string> {
  const document = await uploaded(admin, a.id, randomUUID())
  await hostile`update files set ${hostile({ s3_path: key, ...changes })} where id = ${document.file_id}`
  return document.id
}
const contentOf = (client: Client, tenant: TestTenant, document: string) =>
  fetch(`${url}/api/tenants/${tenant.id}/documents/${document}/content`, {
    headers: { authorization: `Bearer ${client.token}` }
  })

/** Spellings of the key of B's object, and of folders above it. */
const foreignKeys = () => {
  const key = theirs.file.s3_path
  const rest = key.slice(`tenants/${b.id}`.length)
  return [
    key,
    `tenants/${a.id}/../${b.id}${rest}`,
    `tenants/${a.id}/./../${b.id}${rest}`,
    `tenants/${a.id}//../${b.id}${rest}`,
    `tenants/${a.id}/%2e%2e/${b.id}${rest}`,
    `tenants/${a.id}/..\\${b.id}${rest}`,
    `/${key}`,
    `./${key}`,
    `${config.dataDir}/objects/${key}`,
    `TENANTS/${b.id}${rest}`,
    `tenants/${b.id.toUpperCase()}${rest}`,
    `tenants/${a.id}\n/../${b.id}${rest}`,
    `tenants/${a.id}/../../../jwt-secret`,
    '..',
    '.',
    ' ',
    'tenants',
    `tenants/${a.id}`,
    `tenants/${a.id}/`
  ]
}

void t.test('no key leads to an object of another tenant', async (t) => {
  for (const key of foreignKeys()) {
    const id = await pointingTo(key)
    const what = JSON.stringify(key)
    const answer = await contentOf(admin, a, id)
    t.equal(answer.status, 404, what)
    t.notMatch(await answer.text(), 'the secret of B')
    const link = await admin.get(`/api/tenants/${a.id}/documents/${id}/download?redirect=false`)
    t.equal(link.status, 404, `${what}: no link`)
    const head = await fetch(`${url}/api/tenants/${a.id}/documents/${id}/content`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${admin.token}` }
    })
    t.ok(head.status < 500, what)
    const document = (await admin.get<{ file_id: string }>(`/api/tenants/${a.id}/documents/${id}`)).body.data
    t.equal(
      await services.verification.verify(a, document.file_id),
      'missing',
      `${what}: verification does not find it`
    )
    // As the worker does for a deleted document: removes the file and the object that its row names.
    t.equal((await admin.delete(`/api/tenants/${a.id}/documents/${id}`)).status, 200)
    t.equal(await services.files.removeOrphan(a, document.file_id), 'deleted', what)
    t.ok(await intact(), `${what}: B's object is still there`)
  }
  t.equal(await (await contentOf(victim, b, theirs.id)).text(), 'the secret of B')
})

void t.test('no pending object leads to the removal of an object of another tenant', async (t) => {
  for (const s3_path of foreignKeys())
    for (const state of ['delete', 'upload'])
      await hostile`insert into pending_objects ${hostile({ s3_path, state, deadline: '2020-01-01' })}
        on conflict (s3_path) do update set state = excluded.state`
  await services.removal.sweep(a)
  t.ok(await intact())
  t.same(await hostile`select from pending_objects`, [], 'no row is retried forever')
  t.ok(
    lines.some((line) => line['tenant_id'] === a.id && line['s3_path'] === theirs.file.s3_path),
    'the log shows it to an operator'
  )
})

void t.test('only events of its own tenant are published from an outbox', async (t) => {
  await startWorker(t, config)
  const audit = (tenant_id: string | null, data: object, event_id = randomUUID()) =>
    hostile`insert into outbox (event_id, event_type, tenant_id, user_id, data)
      values (${event_id}, 'audit.log', ${tenant_id}, ${victim.userId}, ${hostile.json(data as never)})`
  const entry = (action: string, type: string, more: object = {}) => ({
    action,
    target: { type, id: b.id },
    details: {},
    ...more
  })
  const event = (event_type: string, tenant_id: string | null, data: object) =>
    hostile`insert into outbox (event_type, tenant_id, data) values (${event_type}, ${tenant_id}, ${hostile.json(data as never)})`

  await audit(b.id, entry('document.stolen', 'document'))
  await audit(null, entry('document.forged', 'document'))
  // None of these may be published.
  await audit(b.id, entry('tenant.forged', 'tenant'))
  await audit(null, entry('auth.forged', 'session'))
  await audit(a.id, entry('document.details', 'document', { details: { tenant_id: b.id } }))
  await audit(a.id, entry('document.named', 'document', { tenant_id: b.id }))
  await audit(a.id, entry('x'.repeat(101), 'document'))
  await audit(a.id, entry('document.large', 'document', { details: { x: 'x'.repeat(MAX_EVENT_BYTES) } }))
  await audit(a.id, {})
  await event('tenant.deleted', b.id, {})
  await event('tenant.created', b.id, { name: 'x', database_name: b.database_name })
  await event('no.such.topic', b.id, {})
  await event('document.deleted', b.id, { document_id: 'x' })
  await hostile.unsafe(`insert into outbox (event_type, data) values ('audit.log', 'null'), ('file.process', '[]'),
    ('audit.log', ('{"action": "document.deep", "target": {"type": "file", "id": "x"}, "details": {"x": ' ||
      repeat('[', 5000) || repeat(']', 5000) || '}}')::jsonb)`)
  // These count as A's, whichever tenant they name; and an infinite time does no harm.
  await event('document.deleted', b.id, { document_id: theirs.id, file_id: theirs.file_id, filename: 'x' })
  await event('file.process', b.id, { file_id: theirs.file_id })
  await hostile`update outbox set timestamp = 'infinity' where event_type = 'file.process' and published_at is null`
  const last = await uploaded(admin, a.id, 'after all of these')
  await admin.get(`/api/tenants/${a.id}/documents/${last.id}/download?redirect=false`)

  const kept = async (action: string) =>
    sql<{ tenant_id: string | null; user_id: string }[]>`
      select tenant_id, user_id from audit_log where action = ${action}`
  await until(async () => {
    const seen = await sql`select from audit_log
      where tenant_id = ${a.id} and action = 'document.downloaded' and target ->> 'id' = ${last.id}`
    // Entries may be stored in any order.
    const own = [await kept('document.stolen'), await kept('document.forged')]
    return seen.length > 0 && own.every((entries) => entries.length > 0)
  })
  t.match([...(await kept('document.stolen'))], [{ tenant_id: a.id }])
  t.match([...(await kept('document.forged'))], [{ tenant_id: a.id }])
  for (const action of [
    'tenant.forged',
    'auth.forged',
    'document.details',
    'document.named',
    'document.large'
  ])
    t.same(await kept(action), [], action)
  const ofVictim = await victim.get<{ items: { action: string }[] }>('/api/users/me/audit')
  t.same(
    ofVictim.body.data.items.filter(({ action }) => action.includes('forged')),
    []
  )
  const ofB = await victim.get<{ items: { action: string }[] }>(`/api/tenants/${b.id}/audit`)
  t.notMatch(JSON.stringify(ofB.body), /stolen|forged/)
  const aside = await hostile`select from events_refused where consumer = 'kafka'`
  t.ok(aside.length >= 13, 'refused events are kept for an operator')
  t.match((await victim.get(`/api/tenants/${b.id}`)).body.data, { is_active: true, status: 'active' })
  t.ok(await intact())
  t.equal(await (await contentOf(victim, b, theirs.id)).text(), 'the secret of B')
})

void t.test('no row makes an answer fail or gives it a wrong length', async (t) => {
  const ids: string[] = []
  for (const [column, value] of Object.entries({
    file_size: '9223372036854775807',
    created_at: 'infinity',
    updated_at: '-infinity',
    verified_at: '294276-12-31',
    detected_type: 'x\r\nset-cookie: a=b'
  })) {
    const document = await uploaded(admin, a.id, randomUUID())
    await hostile.unsafe(`update files set ${column} = '${value}' where id = '${document.file_id}'`)
    ids.push(document.id)
  }
  for (const [column, value] of Object.entries({
    mime_type: 'text/html\r\nset-cookie: a=b',
    filename: 'a"\r\nset-cookie: a=b',
    created_at: '4713-01-01 BC',
    updated_at: 'infinity',
    user_id: victim.userId
  })) {
    const document = await uploaded(admin, a.id, randomUUID())
    await hostile.unsafe(`update documents set ${column} = '${value}' where id = '${document.id}'`)
    ids.push(document.id)
  }
  const base = `/api/tenants/${a.id}`
  for (const path of ['documents', 'documents?sort=filename', 'documents?filename=a', 'files', 'usage'])
    t.ok((await admin.get(`${base}/${path}`)).status < 500, path)
  for (const id of ids) {
    t.equal((await admin.get(`${base}/documents/${id}`)).status, 200)
    const answer = await contentOf(admin, a, id)
      .then(async (response) => {
        await response.arrayBuffer()
        return { status: response.status, cookie: response.headers.get('set-cookie') }
      })
      .catch(() => null)
    if (answer !== null) t.match(answer, { status: 200, cookie: null })
  }
  for (const size of [1, 1_000]) {
    const document = await uploaded(admin, a.id, `${randomUUID()}HTTP/1.1 200 OK`)
    await hostile`update files set file_size = ${size} where id = ${document.file_id}`
    const outcome = await contentOf(admin, a, document.id)
      .then(async (response) => ({ status: response.status, text: await response.text() }))
      .catch(() => 'the connection ended')
    if (typeof outcome === 'string') t.equal(outcome, 'the connection ended')
    else t.match(outcome, { status: 404, text: /FILE_NOT_FOUND/ })
  }
})

void t.test('a forged stored answer of an Idempotency-Key is not repeated', async (t) => {
  const answers = [
    '{}',
    '[]',
    'null',
    '"x"',
    `{"id": 1, "created_at": "infinity"}`,
    JSON.stringify({ x: 'x'.repeat(1e6) })
  ]
  for (const [index, result] of answers.entries()) {
    const key = `poisoned-${index}`
    await hostile`insert into idempotency_keys (user_id, operation, key, owner, claimed_until, fingerprint, result, expires_at)
      values (${admin.userId}, 'uploadDocument', ${key}, ${randomUUID()}, 'infinity', ${'0'.repeat(64)}, ${result}::text::jsonb, 'infinity')`
    const answer = await admin.request('POST', `/api/tenants/${a.id}/documents?filename=x`, {
      body: 'content',
      headers: { 'idempotency-key': key, 'content-type': 'text/plain' }
    })
    t.ok([409, 422].includes(answer.status), `${result.slice(0, 50)}: ${answer.status}`)
  }
})

if (databases) {
  void t.test('system catalogs reveal neither names nor ids of tenants', async (t) => {
    const { id, database_name } = await createTenant(admin, 'Customer Of Renown')
    const seen = await hostile.unsafe(`select datname::text as text from pg_database union all
      select description from pg_shdescription union all select rolname from pg_roles union all
      select application_name || usename || query from pg_stat_activity`)
    const text = JSON.stringify(seen)
    t.match(text, database_name, 'the search would find a name')
    for (const secret of [a.id, b.id, id, id.slice(0, 8), 'renown', 'bystanders'])
      t.notOk(text.toLowerCase().includes(secret), secret)
  })

  void t.test("an old version's mark is accepted, and rewritten", async (t) => {
    const mark = (text: string) => sql.unsafe(`comment on database "${b.database_name}" is '${text}'`)
    await mark(`Strongroom tenant ${b.id} of ${new URL(config.database.url).pathname.slice(1)}`)
    t.ok(await tenancy.exists(b))
    tenancy.refill()
    await until(async () => {
      const [row] = await sql<{ mark: string }[]>`
        select shobj_description(oid, 'pg_database') as mark from pg_database where datname = ${b.database_name}`
      return row?.mark.includes(b.id) === false
    })
    t.ok(await tenancy.exists(b))
    await t.rejects(tenancy.exists({ ...b, id: randomUUID() }), /does not belong to tenant/)
  })

  void t.test("a login's changes to itself are undone, and affect no other tenant", async (t) => {
    const name = a.database_name
    const spoil = [
      `alter role "${name}" password 'other'`,
      `alter role "${name}" set search_path = pg_catalog`,
      `alter role "${name}" set default_transaction_read_only = on`,
      `alter role "${name}" set default_transaction_isolation = serializable`,
      `alter role "${name}" in database "${name}" set statement_timeout = 1`,
      `alter role "${name}" set lock_timeout = 1`,
      `drop owned by "${name}"`
    ]
    const upload = () => admin.upload(a.id, randomUUID())
    for (const statement of spoil) {
      const client = logIn(a)
      const done = await client.unsafe(statement).then(
        () => 'done',
        (error: unknown) => codeOf(error)
      )
      await client.end()
      t.equal(done, 'done', statement)
      // Forces new connections, as after some time without use.
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`
      await until(async () => {
        const { status } = await upload()
        t.ok(status === 201 || status === 503, `${statement}: ${status}`)
        return status === 201
      })
      t.equal((await victim.get(`/api/tenants/${b.id}/documents`)).status, 200)
      await sql.unsafe(`alter role "${name}" reset all; alter role "${name}" in database "${name}" reset all`)
    }
  })

  void t.test('a login cannot raise its own limits', async (t) => {
    const client = logIn(a)
    for (const statement of [
      'update usage set max_bytes = -1',
      'update usage set max_documents = null',
      'delete from usage',
      'insert into usage default values'
    ])
      t.equal(
        await client.unsafe(statement).then(
          () => 'works',
          (error: unknown) => codeOf(error)
        ),
        '42501',
        statement
      )
    await tenancy.asOwner(a, (store) =>
      store.usage.setLimits({ documents: 10_000 }, { tenantId: a.id, osUser: 'root' })
    )
    t.equal((await admin.upload(a.id, 'still counted')).status, 201)
  })
}
