import postgres from 'postgres'
import t from 'tap'
import { testServices } from '../helpers/services.js'

const { databaseUrl } = testServices()

t.test('a query that cannot be built does not affect the answers of others', async (t) => {
  const sql = postgres(databaseUrl, { max: 1, fetch_types: false })
  t.teardown(() => sql.end())
  const number = async (n: number) => (await sql<{ n: number }[]>`select ${n}::int as n`)[0]?.n
  const broken = async () => (await sql`select ${undefined as unknown as string}`).length
  const outcome = (result: PromiseSettledResult<unknown>) =>
    result.status === 'fulfilled' ? result.value : (result.reason as { code: string }).code

  for (const where of [0, 1, 2, 5]) {
    const queries = [1, 2, 3, 4, 5].map((n) => () => number(n))
    queries.splice(where, 0, broken)
    const expected: unknown[] = [1, 2, 3, 4, 5]
    expected.splice(where, 0, 'UNDEFINED_VALUE')
    const results = await Promise.allSettled(queries.map((query) => query()))
    t.same(results.map(outcome), expected, `at place ${where}`)
  }
  t.equal(await number(6), 6, 'the connection still works')
})
