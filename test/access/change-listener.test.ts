import { randomBytes, randomUUID } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import { pino } from 'pino'
import t from 'tap'
import { createChangeListener } from '../../plugins/access/change-listener.js'
import { captureLog } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { startPostgresFront } from '../helpers/postgres-front.js'
import { until } from '../helpers/until.js'

const { config, sql } = await createInstallation(t)

function listen(url = config.database.url, logger: FastifyBaseLogger = pino({ level: 'silent' })) {
  const heard: string[] = []
  const listener = createChangeListener(
    url,
    {
      sessionChanged: (id) => void heard.push(`session ${id}`),
      userChanged: (id) => void heard.push(`user ${id}`),
      memberChanged: (userId, tenantId) => void heard.push(`member ${userId} ${tenantId}`),
      tenantChanged: (id) => void heard.push(`tenant ${id}`),
      everythingChanged: () => void heard.push('everything')
    },
    logger
  )
  t.teardown(() => listener.close())
  return { heard, listener, fresh: () => until(async () => listener.isFresh()) }
}

/** Inserts the rows of a user with a session and a key, and of a tenant that the user belongs to. */
async function insertRows() {
  const [user, session, tenant] = [randomUUID(), randomUUID(), randomUUID()]
  await sql`insert into users (id, email, password_hash, first_name, last_name)
    values (${user}, ${`${user}@example.com`}, 'x', 'a', 'b')`
  await sql`insert into token_families (id, user_id, expires_at) values (${session}, ${user}, now() + interval '1 day')`
  await sql`insert into tenants (id, name, database_name, status) values (${tenant}, 'a', ${tenant}, 'active')`
  await sql`insert into user_tenant_associations (user_id, tenant_id, role) values (${user}, ${tenant}, 'user')`
  const key = randomBytes(11).toString('hex')
  await sql`insert into api_keys (id, user_id, name, hash, scopes)
    values (${key}, ${user}, 'a', ${randomBytes(32)}, ${sql.json([])})`
  return { user, session, tenant, key }
}

void t.test('every change to access is announced', async (t) => {
  const { heard, listener, fresh } = listen()
  t.equal(listener.isFresh(), false, 'not before it listens')
  await fresh()
  t.same(heard.splice(0), ['everything'])
  const { user, session, tenant, key } = await insertRows()
  const service = randomUUID()
  await sql`insert into users (id, kind, first_name, last_name) values (${service}, 'service', 'a', '')`
  const changes: [Promise<unknown>, string[]][] = [
    [sql`update users set is_active = false where id = ${user}`, [`user ${user}`]],
    [sql`update token_families set revoked_at = now() where id = ${session}`, [`session ${session}`]],
    [sql`update api_keys set revoked_at = now() where id = ${key}`, [`session ${key}`]],
    [sql`update api_keys set scopes = ${sql.json(['audit:read'])} where id = ${key}`, [`session ${key}`]],
    [sql`update api_keys set networks = ${sql.json([])} where id = ${key}`, [`session ${key}`]],
    [sql`update api_keys set expires_at = now() where id = ${key}`, [`session ${key}`]],
    [sql`update api_keys set user_id = ${service} where id = ${key}`, [`session ${key}`]],
    [sql`update users set owner_tenant_id = ${tenant} where id = ${service}`, ['everything']],
    [sql`delete from users where id = ${service}`, [`session ${key}`, `user ${service}`]],
    [
      sql`update user_tenant_associations set role = 'admin' where user_id = ${user}`,
      [`member ${user} ${tenant}`]
    ],
    [sql`update tenants set name = 'b' where id = ${tenant}`, [`tenant ${tenant}`]],
    [sql`update tenants set is_active = false where id = ${tenant}`, [`tenant ${tenant}`]],
    [sql`delete from user_tenant_associations where user_id = ${user}`, [`member ${user} ${tenant}`]],
    [sql`delete from users where id = ${user}`, [`session ${session}`, `user ${user}`]],
    [sql`delete from tenants where id = ${tenant}`, [`tenant ${tenant}`]],
    [sql`truncate token_families`, ['everything']],
    [sql`truncate api_keys`, ['everything']]
  ]
  for (const [change, told] of changes) {
    await change
    await until(async () => heard.length >= told.length)
    t.same(heard.splice(0).sort(), told)
  }
})

void t.test('other changes are not announced', async (t) => {
  const { heard, fresh } = listen()
  await fresh()
  const { user, session, tenant, key } = await insertRows()
  await sql`update api_keys set last_used_at = now(), last_ip = '::1', name = 'b' where id = ${key}`
  await sql`update users set first_name = 'c', password_hash = 'y' where id = ${user}`
  await sql`update token_families set generation = 1, rotated_at = now(), last_used_at = now() where id = ${session}`
  await sql`update tenants set name = name where id = ${tenant}`
  await sql`update user_tenant_associations set role = role where user_id = ${user}`
  // Last, since changes are announced in order.
  await sql`delete from users where id = ${user}`
  await until(async () => heard.includes(`user ${user}`))
  t.same(
    heard.filter((line) => !line.startsWith('everything')).sort(),
    [`member ${user} ${tenant}`, `session ${session}`, `session ${key}`, `user ${user}`].sort()
  )
})

void t.test(
  'a rolled-back change is not announced, and an unknown notification drops all entries',
  async (t) => {
    const { heard, fresh } = listen()
    await fresh()
    const { user } = await insertRows()
    const undone = sql.begin(async (transaction) => {
      await transaction`update users set is_active = false where id = ${user}`
      throw new Error('undone')
    })
    await t.rejects(undone, { message: 'undone' })
    await sql`notify strongroom_access, 'something that is not known'`
    await until(async () => heard.filter((line) => line === 'everything').length >= 2)
    t.notOk(heard.includes(`user ${user}`))
  }
)

void t.test('after a lost connection, the cache becomes stale, is emptied, and is fresh again', async (t) => {
  const front = await startPostgresFront(t, config.database.url)
  const log = captureLog('info')
  const { heard, listener, fresh } = listen(front.url, log.logger)
  await fresh()
  heard.splice(0)
  for (let round = 1; round <= 3; round++) {
    front.stop()
    await until(async () => !listener.isFresh())
    const { user } = await insertRows()
    await sql`update users set is_active = false where id = ${user}`
    front.start()
    await fresh()
    t.ok(heard.includes('everything'), 'notifications were missed, so everything is dropped')
    t.notOk(heard.splice(0).includes(`user ${user}`))
  }
  // A busy machine may have more outages than these.
  const levels = log.lines.map((line) => line['level'])
  t.ok(levels.length >= 6)
  t.same(
    levels,
    levels.map((_, index) => (index % 2 === 0 ? 40 : 30)),
    'one warning for each outage, and one line for its end'
  )
})

void t.test('a connection that hangs makes the cache stale too', async (t) => {
  const front = await startPostgresFront(t, config.database.url)
  const { heard, listener, fresh } = listen(front.url)
  await fresh()
  front.freeze()
  await until(async () => !listener.isFresh())
  heard.splice(0)
  // The listener abandons it and opens a new connection.
  await fresh()
  t.same(heard, ['everything'])
  front.thaw()
})

void t.test('a listener whose backend is terminated reconnects', async (t) => {
  const { heard, listener, fresh } = listen()
  await fresh()
  heard.splice(0)
  const ended = await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'strongroom-listener' and datname = current_database()`
  t.ok(ended.length > 0)
  await until(async () => heard.includes('everything'))
  await fresh()
  t.equal(listener.isFresh(), true)
})

void t.test('a listener that cannot connect closes', async (t) => {
  const nowhere = `postgres://nobody:${randomBytes(4).toString('hex')}@127.0.0.1:1/nothing`
  const { listener } = listen(nowhere)
  t.equal(listener.isFresh(), false)
  await listener.close()
  t.equal(listener.isFresh(), false)
})
