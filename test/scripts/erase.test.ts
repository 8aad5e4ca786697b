import { execFile, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import t from 'tap'
import { program } from '../../scripts/program.js'
import { Client, createTenant, PASSWORD, refused, signUp, startApi, uploaded } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { committedEvents } from '../helpers/committed-events.js'

const { config, environment, sql } = await createInstallation(t, {
  TRUST_PROXY: '127.0.0.1'
})
const { url } = await startApi(t, config)
await startWorker(t, config)

function users(...args: string[]) {
  const env = { PATH: process.env['PATH'], ...environment }
  return new Promise<{ child: ChildProcess; code: number; output: string; errors: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      [...program('scripts/users'), ...args],
      { env },
      (error, output, errors) =>
        resolve({ child, code: typeof error?.code === 'number' ? error.code : 0, output, errors })
    )
  })
}

/** Creates a person with traces that occur nowhere else in the database. */
async function createPerson() {
  const mark = randomBytes(5).toString('hex')
  const email = `erase-${mark}@example.com`
  const traces = [
    email,
    `First${mark}`,
    `Former${mark}`,
    `Agent${mark}`,
    `203.0.113.${parseInt(mark.slice(0, 2), 16)}`
  ]
  const [, first, former, agent, ip = ''] = traces
  const from = { 'x-forwarded-for': ip, 'user-agent': String(agent), 'content-type': 'application/json' }
  const send = (method: string, path: string, body: object, token?: string) =>
    new Client(url, token).request<{ id: string; access_token: string }>(method, path, {
      headers: from,
      body: JSON.stringify(body)
    })
  const names = { first_name: former, last_name: former }
  const { body } = await send('POST', '/api/auth/register', { email, password: PASSWORD, ...names })
  const { id } = body.data
  await send('POST', '/api/auth/login', { email, password: 'a wrong one' })
  const session = await send('POST', '/api/auth/login', { email, password: PASSWORD })
  const token = session.body.data.access_token
  await send('PUT', '/api/users/me', { first_name: first, last_name: first }, token)
  const owner = await signUp(url)
  const tenant = await createTenant(owner)
  const [account] = await sql<{ id: string }[]>`select id from users where email = ${email}`
  await owner.send('POST', `/api/tenants/${tenant.id}/users`, { user_id: account?.id, role: 'user' })
  const document = await uploaded(new Client(url, token), tenant.id, `of ${id}`)
  // Recorded as by earlier versions.
  for (const given of [
    [` ${email.toUpperCase()}`],
    [`--admin-email=${email}`, `--admin-first-name=${first}`]
  ])
    await sql`insert into audit_log (event_id, action, target, details, timestamp) values (gen_random_uuid(), 'operator.command',
      '{"type": "command", "id": "users deactivate"}', ${sql.json({ os_user: 'root', arguments: given })}, now())`
  await until(async () => {
    const kept = await sql<{ action: string }[]>`select action from audit_log where user_id = ${id}`
    const actions = kept.map(({ action }) => action)
    return ['user.updated', 'auth.login', 'auth.password_refused', 'document.created'].every((one) =>
      actions.includes(one)
    )
  })
  return { id, email, token, traces, tenant, document, owner }
}

/** The tables of the main database that contain one of the texts. */
async function findIn(texts: string[]): Promise<string[]> {
  const tables = await sql<
    { name: string }[]
  >`select tablename as name from pg_tables where schemaname = 'public'`
  const found = await Promise.all(
    tables.map(async ({ name }) => {
      const rows = await sql`select from ${sql(name)} as one
        where exists (select from unnest(${texts}::text[]) as text where strpos(lower(one::text), lower(text)) > 0)`
      return rows.length > 0 ? [name] : []
    })
  )
  return found.flat().sort()
}
const entriesOf = (id: string) =>
  sql<
    { action: string; ip: string | null; details: object }[]
  >`select action, ip, details from audit_log where user_id = ${id}`

void t.test('a person is erased, and what they created stays under their id alone', async (t) => {
  const { id, email, traces, tenant, document, owner } = await createPerson()
  t.same(await findIn(traces), ['audit_log', 'events', 'token_families', 'users'])
  const asked = await users('erase', email)
  t.equal(asked.code, 2)
  t.match(asked.errors, /confirm with --yes/)

  const before = (await entriesOf(id)).length
  const erased = await users('erase', email.toUpperCase(), '--yes')
  t.equal(erased.code, 0, erased.errors)
  t.match(erased.output, `${id} is erased`)
  t.same(await findIn(traces), [])
  const entries = await entriesOf(id)
  t.ok(entries.length >= before, 'the entries stay')
  t.ok(entries.every(({ ip }) => ip === null))
  const kept = await owner.get<{ user_id: string }>(`/api/tenants/${tenant.id}/documents/${document.id}`)
  t.equal(kept.body.data.user_id, id)
  const events =
    await sql`select user_id, data from ${committedEvents(sql)} where event_type = 'user.deleted' and user_id = ${id}`
  t.same(events[0], { user_id: id, data: { user_id: id, erased: true } })
  await until(async () => (await entriesOf(id)).some(({ action }) => action === 'user.erased'))
  const failures = await sql`select from password_failures where failures > 0`
  t.equal(failures.length, 1, 'only the counter of the network is left')
})

void t.test('an address that an earlier version stored is erased in each of its forms', async (t) => {
  const { id, email, tenant, owner } = await createPerson()
  const [stored, composed] = (['NFD', 'NFC'] as const).map((form) => `zoé.${email}`.normalize(form)) as [
    string,
    string
  ]
  await sql`update users set email = ${stored} where id = ${id}`
  const invitation = { email: composed, role: 'viewer' }
  t.equal((await owner.send('POST', `/api/tenants/${tenant.id}/invitations`, invitation)).status, 202)
  await sql`insert into audit_log (event_id, action, target, details, timestamp) values (gen_random_uuid(), 'operator.command',
    '{"type": "command", "id": "users deactivate"}', ${sql.json({ os_user: 'root', arguments: [composed] })}, now())`
  t.ok((await findIn([composed])).includes('invitations'))
  t.equal((await users('erase', composed, '--yes')).code, 0)
  t.same(await findIn([stored, composed]), [])
})

void t.test('entries that are still in flight arrive without addresses and names', async (t) => {
  const { id, email, traces } = await createPerson()
  await users('erase', email, '--yes')
  const [, first, , , ip] = traces
  const details = { first_name: first, previous: { first_name: first } }
  for (const action of ['user.updated', 'auth.login']) {
    const data = { action, target: { type: 'user', id }, details: action === 'auth.login' ? {} : details, ip }
    await sql`insert into outbox (event_type, user_id, data) values ('audit.log', ${id}, ${sql.json(data)})`
  }
  const count = async (action: string) =>
    (await entriesOf(id)).filter((entry) => entry.action === action).length
  await until(async () => (await count('user.updated')) === 2 && (await count('auth.login')) === 2)
  t.notOk((await findIn(traces)).includes('audit_log'))
})

void t.test('a deleted account is erased by its id', async (t) => {
  const { id, email, token, traces } = await createPerson()
  t.equal(
    (await new Client(url, token).send('POST', '/api/users/me/delete', { password: PASSWORD })).status,
    200
  )
  await until(async () => (await entriesOf(id)).some(({ action }) => action === 'user.deleted'))
  const byAddress = await users('erase', email, '--yes')
  t.equal(byAddress.code, 1)
  t.match(byAddress.errors, /name its id/)
  t.equal((await users('erase', id.toUpperCase(), '--yes')).code, 0)
  t.ok((await entriesOf(id)).every(({ ip }) => ip === null))
  // The address is no longer known, so what earlier versions recorded of an operator's commands stays.
  await sql`delete from audit_log where action = 'operator.command' and user_id is null`
  t.same(await findIn(traces), [])
  t.equal((await users('erase', id, '--yes')).code, 0, 'and again')
})

void t.test('the next erasure finishes a killed one', async (t) => {
  const { id, email, token, traces } = await createPerson()
  const state = async () => ({
    account: (await sql`select is_active from users where id = ${id}`)[0]?.['is_active'] as
      boolean | undefined,
    marked: (await sql`select from erased_users where user_id = ${id}`).length === 1,
    addresses: (await entriesOf(id)).some(({ ip }) => ip !== null)
  })
  /** Kills the command while it waits for a lock. */
  async function killAt(hold: (held: typeof sql) => Promise<unknown>): Promise<void> {
    await sql.begin(async (transaction) => {
      await hold(transaction as unknown as typeof sql)
      const env = { PATH: process.env['PATH'], ...environment }
      const child = execFile(process.execPath, [...program('scripts/users'), 'erase', email, '--yes'], {
        env
      })
      const ended = once(child, 'exit')
      const waiting = () => sql<
        { pid: number }[]
      >`select pid from pg_stat_activity where datname = current_database()
        and application_name = 'strongroom-command' and wait_event_type = 'Lock'`
      await until(async () => (await waiting()).length > 0)
      child.kill('SIGKILL')
      await ended
      for (const { pid } of await waiting()) await sql`select pg_terminate_backend(${pid})`
      await until(async () => (await waiting()).length === 0)
    })
  }
  // More events than one statement rewrites.
  await sql`insert into outbox (event_type, user_id, data)
    select 'audit.log', ${id}, ${sql.json({ action: 'auth.login', target: { type: 'user', id }, details: {}, ip: '192.0.2.1' })}
    from generate_series(1, 1100)`
  await until(async () => (await entriesOf(id)).length > 1100)

  await killAt((held) => held`select from users where id = ${id} for update`)
  t.same(await state(), { account: true, marked: false, addresses: true }, 'before the erasure begins')
  t.equal((await new Client(url, token).get('/api/users/me')).status, 200)

  await killAt((held) => held`select from audit_log where user_id = ${id} for update`)
  t.same(await state(), { account: false, marked: true, addresses: true }, 'while entries are rewritten')
  await until(async () => (await new Client(url, token).get('/api/users/me')).status === 401)
  refused(
    t,
    await new Client(url).send('POST', '/api/auth/login', { email, password: PASSWORD }),
    'INVALID_CREDENTIALS'
  )

  await killAt(
    (held) => held`select from events where user_id = ${id} order by position desc limit 1 for update`
  )
  t.same(await state(), { account: false, marked: true, addresses: false }, 'while events are rewritten')
  const events = await sql<{ ip: string | null }[]>`
    select data ->> 'ip' as ip from events where user_id = ${id} order by position`
  t.equal(events[0]?.ip, null, 'the oldest events are done')
  t.type(events.at(-1)?.ip, 'string')

  await killAt((held) => held`select from users where id = ${id} for key share`)
  t.same(await state(), { account: false, marked: true, addresses: false }, 'before the account is deleted')
  t.same(await findIn(traces), ['token_families', 'users'])

  t.equal((await users('erase', email, '--yes')).code, 0)
  t.same(await state(), { account: undefined, marked: true, addresses: false })
  t.same(await findIn(traces), [])
})

void t.test('commands are recorded without addresses', async (t) => {
  const user = await signUp(url)
  await users('deactivate', user.email)
  await users('create', `made-${user.email}`, '--first-name', 'Mary', '--last-name', 'Shelley')
  const recorded = await sql<{ name: string; typed: string[] }[]>`
    select data -> 'target' ->> 'id' as name, data -> 'details' -> 'arguments' as typed from ${committedEvents(sql)}
    where data ->> 'action' = 'operator.command' order by sequence desc limit 2`
  t.same(
    recorded.reverse().map((row) => ({ ...row })),
    [
      { name: 'users deactivate', typed: [user.userId] },
      { name: 'users create', typed: [] }
    ]
  )
})
