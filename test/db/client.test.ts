import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import t from 'tap'
import { createClient, withTransaction } from '../../db/client.js'
import { isDatabaseUnavailable } from '../../db/error-codes.js'
import { prepared } from '../../db/statement.js'
import { testServices } from '../helpers/services.js'

const client = createClient(testServices().databaseUrl, { max: 2, applicationName: 'strongroom-test' })
t.teardown(() => client.close())

async function one(expression: string): Promise<unknown> {
  const [row] = await prepared(
    client.sql,
    () => sql<{ value: unknown }>`select ${sql.raw(expression)} as value`
  )()
  return row?.value
}

t.test('int8 is read as the nearest safe integer', async (t) => {
  t.equal(await one('9007199254740991::bigint'), Number.MAX_SAFE_INTEGER)
  t.equal(await one('(select count(*) from generate_series(1, 3))'), 3)
  t.equal(await one('9223372036854775807::bigint'), Number.MAX_SAFE_INTEGER)
  t.equal(await one("'-9223372036854775808'::bigint"), Number.MIN_SAFE_INTEGER)
})

t.test('timestamptz is RFC 3339 text in UTC, to the millisecond', async (t) => {
  t.equal(await one("'2026-01-02 03:04:05.6+02'::timestamptz(3)"), '2026-01-02T01:04:05.600Z')
  t.equal(await one("'2026-01-02 03:04:05+00'::timestamptz"), '2026-01-02T03:04:05.000Z')
  t.equal(await one('null::timestamptz'), null)
  for (const late of ['infinity', '10000-01-01', '294276-12-31'])
    t.equal(await one(`'${late}'::timestamptz`), '9999-12-31T23:59:59.999Z')
  for (const early of ['-infinity', '4713-01-01 BC'])
    t.equal(await one(`'${early}'::timestamptz`), '0001-01-01T00:00:00.000Z')
})

t.test('an unreachable server is distinguished from a failed statement', async (t) => {
  const nobody = createClient('postgres://nobody@127.0.0.1:1/x', {
    max: 1,
    applicationName: 'strongroom-test'
  })
  const unreachable: unknown = await prepared(nobody.sql, () => sql`select 1`)().catch(
    (error: unknown) => error
  )
  t.equal(isDatabaseUnavailable(unreachable), true)
  await nobody.close()
  const wrong: unknown = await one('nothing').catch((error: unknown) => error)
  t.equal(isDatabaseUnavailable(wrong), false)
})

t.test('if the server has no free connection, statements and transactions wait for one', async (t) => {
  const role = `test_${randomBytes(4).toString('hex')}`
  await client.sql.unsafe(`create role ${role} login password 'few' connection limit 2`)
  // Other tests may have revoked access to this database from everyone not named.
  await client.sql.unsafe(`grant connect on database postgres to ${role}`)
  const url = new URL(testServices().databaseUrl)
  url.username = role
  url.password = 'few'
  const few = createClient(url.href, { max: 8, applicationName: 'strongroom-test' })
  const slow = prepared(few.sql, () => sql`select pg_sleep(0.02)`)
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      index % 2 === 0
        ? slow()
        : withTransaction(few.sql, (transaction) => prepared(transaction, () => sql`select pg_sleep(0.01)`)())
    )
  )
  await few.close()
  await client.sql.unsafe(`drop owned by ${role}`)
  await client.sql.unsafe(`drop role ${role}`)
  t.pass('none was refused')
})
