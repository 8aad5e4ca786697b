// A connection keeps a bounded number of prepared statements, each from the moment it is sent, and never takes one
// statement's answer for another's.
import { randomUUID } from 'node:crypto'
import t from 'tap'
import type postgres from 'postgres'
import { codeOf, isConnectionError, setUp } from './dying-backend.js'
import { seeded } from './seeded.js'

type Settings = postgres.Options<Record<string, never>>

const bounded: Settings = { fetch_types: false, describe_first: false, max_prepared: 4, backoff: () => 0 }

/** Runs a text as a prepared statement with one parameter, as the application runs its statements. */
async function run(on: postgres.ISql, text: string, value: string | number = 1, schema?: string) {
  return (await on.unsafe<{ v: string }[]>(text, [value], { prepare: true, ...(schema && { schema }) }))[0]?.v
}

const numbered = (n: number) => `select $1 || ' of ${n}' as v`

const preparedTexts = async (sql: postgres.ISql) =>
  (await sql.unsafe<{ statement: string }[]>('select statement from pg_prepared_statements')).map(
    ({ statement }) => statement
  )

void t.test('the least recently used statement is closed when there is one too many', async (t) => {
  const { sql } = await setUp(t, bounded)
  for (let n = 0; n < 10; n++) {
    t.equal(await run(sql, numbered(n)), `1 of ${n}`)
    t.equal(await run(sql, numbered(0)), '1 of 0', 'used each time, so it stays')
  }
  t.same((await preparedTexts(sql)).toSorted(), [0, 7, 8, 9].map(numbered))
})

void t.test('concurrent statements with the same text are parsed once', async (t) => {
  const { sql } = await setUp(t, bounded)
  const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => run(sql, numbered(i % 3), i)))
  t.same(
    answers,
    Array.from({ length: 60 }, (_, i) => `${i} of ${i % 3}`)
  )
  t.same((await preparedTexts(sql)).toSorted(), [0, 1, 2].map(numbered))
})

void t.test('more concurrent texts than are kept', async (t) => {
  const { sql, recovers } = await setUp(t, bounded)
  const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => run(sql, numbered(i % 7), i)))
  t.same(
    answers,
    Array.from({ length: 200 }, (_, i) => `${i} of ${i % 7}`)
  )
  t.equal((await preparedTexts(sql)).length, 4)
  await recovers()
})

void t.test(
  'a text that cannot be parsed is forgotten, and the statements sent after it fail too',
  async (t) => {
    const { sql, admin, table } = await setUp(t, bounded)
    const text = `select note || $1 as v from ${table}_later`
    const all = await Promise.allSettled(Array.from({ length: 5 }, () => run(sql, text)))
    t.same(
      all.map((one) => (one.status === 'rejected' ? codeOf(one.reason) : one.value)),
      Array.from({ length: 5 }, () => '42P01')
    )
    t.same(await preparedTexts(sql), [])
    await admin.unsafe(`create table ${table}_later as select 'there'::text as note`)
    t.teardown(() => admin.unsafe(`drop table ${table}_later`))
    t.equal(await run(sql, text), 'there1')
  }
)

void t.test('nothing is retried in a transaction', async (t) => {
  const { sql, insert, notes, table } = await setUp(t, bounded)
  const text = `select note || $1 as v from ${table}_never`
  const failing = sql.begin(async (tx) => {
    await insert(tx, 'not committed')
    const both = [run(tx, text), run(tx, text)]
    await Promise.allSettled(both)
    await both[1]
  })
  t.equal(codeOf(await failing.catch((error: unknown) => error)), '42P01')
  t.same(await notes(), [])
})

void t.test(
  'a statement whose result columns changed is prepared again, also among other statements',
  async (t) => {
    const { sql, admin, table, insert } = await setUp(t, bounded)
    await insert(sql, 'before')
    const text = `select *, $1 as v from ${table}`
    t.equal(await run(sql, text), '1')
    await admin.unsafe(`alter table ${table} add column more int`)
    const answers = await Promise.all([1, 2, 3, 4].map((n) => run(sql, n % 2 === 1 ? text : numbered(n), n)))
    t.same(answers, ['1', '2 of 2', '3', '4 of 4'])
    t.equal(await run(sql, text, 5), '5', 'alone as well')
  }
)

void t.test(
  'a statement whose result columns changed fails once in a transaction, and the next one prepares it again',
  async (t) => {
    const { sql, admin, table, insert } = await setUp(t, bounded)
    await insert(sql, 'before')
    const text = `select *, $1 as v from ${table}`
    const inTransaction = () => sql.begin((tx) => run(tx, text))
    t.equal(await inTransaction(), '1')
    await admin.unsafe(`alter table ${table} add column more int`)
    t.equal(codeOf(await inTransaction().catch((error: unknown) => error)), '0A000')
    t.equal(await inTransaction(), '1')
  }
)

/** A statement on the table, with a value of each kind that the driver serializes, and its expected answer. */
function everyKind(sql: postgres.Sql, table: string) {
  const expected = {
    flag: true,
    bytes: Buffer.from('bytes'),
    moment: new Date('2026-01-02T03:04:05.678Z'),
    texts: ['one', 'a "second"'],
    json: { text: 'in "quotes"' }
  }
  const { flag, bytes, moment, texts, json } = expected
  const text = `select $1::boolean as flag, $2::bytea as bytes, $3::timestamptz as moment, $4::text[] as texts,
    $5::jsonb as json, ${table}.* from ${table}`
  const ask = async () =>
    (await sql.unsafe(text, [flag, bytes, moment, sql.array(texts), sql.json(json)], { prepare: true }))[0]
  return { expected, ask }
}

for (const describe_first of [true, false])
  void t.test(
    `a statement whose result columns changed is retried with the same values, describe_first: ${describe_first}`,
    async (t) => {
      const { sql, admin, table, insert } = await setUp(t, { ...bounded, fetch_types: true, describe_first })
      const { expected, ask } = everyKind(sql, table)
      await insert(sql, 'before')
      t.match(await ask(), expected)
      await admin.unsafe(`alter table ${table} add column more int`)
      t.match(await ask(), { ...expected, more: null })
    }
  )

void t.test('a statement sent after one whose Parse failed is retried with the same values', async (t) => {
  const { sql, admin, table, insert } = await setUp(t, { ...bounded, fetch_types: true })
  const { expected, ask } = everyKind(sql, table)
  await insert(sql, 'there')
  const second = await admin.begin(async (lock) => {
    await lock.unsafe(`lock table ${table} in access exclusive mode`)
    const both = [ask().catch(codeOf), ask().catch(codeOf)] as const
    const parsing = () =>
      admin`select from pg_stat_activity where application_name = ${table} and wait_event_type = 'Lock'`
    while ((await parsing()).length === 0) continue
    await admin`select pg_cancel_backend(pid) from pg_stat_activity where application_name = ${table}`
    t.equal(await both[0], '57014')
    return { answer: both[1] }
  })
  t.match(await second.answer, expected)
})

void t.test('a cursor gets its rows when its statement evicts another', async (t) => {
  const { sql } = await setUp(t, { ...bounded, max_prepared: 1 })
  for (let n = 0; n < 3; n++) {
    t.equal(await run(sql, numbered(n)), `1 of ${n}`)
    let rows = 0
    for await (const page of sql`select generate_series(1, ${25}::int) as i`.cursor(10)) rows += page.length
    t.equal(rows, 25)
  }
  for await (const page of sql`select generate_series(1, ${25}::int) as i`.cursor(10)) {
    t.equal(page.length, 10)
    break
  }
  t.equal(await run(sql, numbered(9)), '1 of 9', 'also after a cursor that was closed early')
})

void t.test('cancelling a statement does not affect the answers of others', async (t) => {
  const { sql, admin, table } = await setUp(t, bounded)
  const first = run(sql, `select $1::text || pg_sleep(0.3) as v`, 'slow')
  const second = sql.unsafe(`select $1::text || pg_sleep(60) as v`, ['never'], { prepare: true }).execute()
  const third = run(sql, `select $1::text || pg_sleep(0.1) as v`, 'third')
  const asleep = () =>
    admin`select from pg_stat_activity where application_name = ${table} and wait_event = 'PgSleep'`
  while ((await asleep()).length === 0) continue
  second.cancel()
  const [one, two, three] = await Promise.allSettled([first, second, third])
  t.match(one, { value: 'slow' })
  t.match(two, { reason: { code: '57014' } })
  t.match(three, { value: 'third' })
})

void t.test('a connection is replaced after running statements of `max_schemas` schemas', async (t) => {
  const { sql } = await setUp(t, { ...bounded, max_schemas: 3 })
  const pids = []
  for (let n = 0; n < 18; n++)
    pids.push(await run(sql, `select $1 || pg_backend_pid()::text as v`, '', `schema ${n % 9}`))
  t.equal(new Set(pids).size, 6)
})

void t.test(
  'a connection that is being replaced finishes its sent statements and its transaction',
  async (t) => {
    const { sql, pidOf, insert, notes } = await setUp(t, { ...bounded, max_schemas: 2 })
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => run(sql, numbered(i % 3), i, `schema ${i}`))
    )
    t.same(
      answers,
      Array.from({ length: 40 }, (_, i) => `${i} of ${i % 3}`)
    )
    const pids = await sql.begin(async (tx) => {
      const before = await pidOf(tx)
      for (let n = 0; n < 5; n++) await run(tx, numbered(n), n, `schema ${n}`)
      await insert(tx, 'committed')
      return [before, await pidOf(tx)]
    })
    t.equal(pids[0], pids[1])
    t.not(await pidOf(sql), pids[0])
    t.same(await notes(), ['committed'])
  }
)

void t.test('whatever fails, every statement gets its own answer', async (t) => {
  const { sql, admin, table, recovers } = await setUp(t, { ...bounded, max: 2, max_schemas: 25 })
  await admin.unsafe(`alter table ${table} add column n int unique`)
  const random = seeded(11)
  const kinds: ((mark: string) => Promise<unknown>)[] = [
    ...Array.from({ length: 9 }, (_, n) => async (mark: string) => {
      t.equal(await run(sql, numbered(n), mark, mark), `${mark} of ${n}`)
    }),
    (mark) => refused(run(sql, `select $1 || ${random.below(3)} as v from ${table}_missing`, mark), '42P01'),
    // Fails in the middle of its rows.
    (mark) => refused(run(sql, `select $1 || 10 / (5 - i) as v from generate_series(1, 9) i`, mark), '22012'),
    (mark) =>
      refused(
        run(sql, `insert into ${table} (note, n) values ($1, 1), ('', 1) returning note as v`, mark),
        '23505'
      ),
    (mark) => refused(run(sql, `select $1::int::text as v`, mark), '22P02'),
    async (mark) => {
      const query = sql.unsafe(`select $1 || pg_sleep(0.02) as v`, [mark], { prepare: true }).execute()
      query.cancel()
      // A cancel request may arrive too late for its statement, and then cancel the next one.
      await refused(query, '57014')
    },
    () =>
      refused(
        sql.begin(async (tx) => {
          const mark = randomUUID()
          const n = random.below(9)
          t.equal(await run(tx, numbered(n), mark), `${mark} of ${n}`)
        }),
        '57014'
      )
  ]
  async function refused(work: PromiseLike<unknown>, code: string): Promise<void> {
    await work.then(undefined, (error: unknown) => {
      if (codeOf(error) !== code) throw error
    })
  }
  let done = 0
  let lost = 0
  for (let round = 0; round < 12; round++) {
    const work = Array.from({ length: 60 }, async () => {
      try {
        await random.oneOf(kinds)(randomUUID())
        done += 1
      } catch (error) {
        if (!isConnectionError(error) && codeOf(error) !== '57014') throw error
        lost += 1
      }
    })
    if (round % 3 === 0)
      await admin`select pg_terminate_backend(pid) from pg_stat_activity where application_name = ${table}
        order by random() limit 1`
    await Promise.all(work)
  }
  t.ok(done > 200, `${done} statements were answered, ${lost} lost their connection or were cancelled`)
  const left = await preparedTexts(sql)
  t.ok(left.length <= 4, `${left.length} prepared statements`)
  await recovers()
})
