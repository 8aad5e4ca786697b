import { eq, sql } from 'drizzle-orm'
import { integer, pgTable, uuid, varchar } from 'drizzle-orm/pg-core'
import t from 'tap'
import { createClient } from '../../db/client.js'
import { COUNT_CAP, createList, type PageStart } from '../../db/list-statement.js'
import { under } from '../../db/statement.js'
import { testServices } from '../helpers/services.js'

const client = createClient(testServices().databaseUrl, { max: 1, applicationName: 'lists' })
t.teardown(() => client.close())

interface Thing {
  id: string
  place: number
  kind: string
}

// The name must be unique in the process: Drizzle's dialect caches columns by table name.
const entries = pgTable('entries', {
  id: uuid().primaryKey(),
  place: integer().notNull(),
  kind: varchar({ length: 20 }).notNull()
})
const thing = under('thing', entries)
const list = createList<{ kind?: string }, Thing>([thing.id, thing.place, thing.kind], (given) => ({
  from: entries,
  as: thing,
  where: given.kind && eq(thing.kind, given.kind),
  count: sql`(select count(*) from ${entries})`
}))

// Before the first and after the last row of a kind are more rows than a list scans. Rows share a place in pairs.
await client.sql`create temporary table entries (id uuid primary key, place int not null, kind varchar(20) not null)`
await client.sql`insert into entries select gen_random_uuid(), n / 2,
    case when n < 10001 then 'first' when n >= 35000 then 'few' when n % 2 = 0 then 'spread' else 'other' end
  from generate_series(0, 36000) n`
await client.sql`create index on entries (place, id)`
await client.sql`analyze entries`
const ALL = [...(await client.sql<Thing[]>`select * from entries order by place, id`)]

const COUNTS = { first: 10_001, few: 1_001, spread: 12_499, nothing: 0 }

for (const [kind, count] of Object.entries(COUNTS))
  for (const descending of [false, true])
    for (const counted of [true, false])
      void t.test(
        `${kind}, ${descending ? 'descending' : 'ascending'}, ${counted ? '' : 'not '}counted`,
        async (t) => {
          const matches = ALL.filter((one) => one.kind === kind)
          t.equal(matches.length, count)
          if (descending) matches.reverse()
          const pages: [number, PageStart, number][] = [
            ...[0, 500, count - 30, count - 5].map((offset): [number, PageStart, number] => [
              offset,
              { offset },
              21
            ]),
            [100, { offset: 100 }, 101],
            ...[0, 19, count - 10, count - 2].flatMap((index): [number, PageStart, number][] => {
              const last = matches[index]
              return last ? [[index + 1, { after: { value: String(last.place), id: last.id } }, 21]] : []
            })
          ]
          for (const [begin, start, limit] of pages.filter(([begin]) => begin >= 0)) {
            const page = { filter: { kind }, column: thing.place, descending, counted, start, limit }
            const { items, total } = await list(client.sql, page)
            t.same(
              items.map(({ id }) => id),
              matches.slice(begin, begin + limit).map(({ id }) => id),
              `${limit} from ${begin}`
            )
            t.equal(total, counted ? Math.min(count, COUNT_CAP + 1) : null)
          }
        }
      )

void t.test('without a filter, and with some of the columns', async (t) => {
  const page = { filter: {}, column: thing.place, descending: false, limit: 2 }
  const start = { offset: 4 }
  const { items, total } = await list(client.sql, { ...page, start, counted: false })
  t.same([items, total], [ALL.slice(4, 6), null])
  const some = await list(client.sql, { ...page, start, columns: [thing.id, thing.place] })
  t.match(some, {
    items: ALL.slice(4, 6).map(({ id, place }) => ({ id, place, kind: undefined })),
    total: ALL.length
  })
  const few = { ...page, filter: { kind: 'few' }, start: { offset: 0 }, columns: [thing.id, thing.place] }
  t.same(Object.keys((await list(client.sql, { ...few, counted: false })).items[0] ?? {}), ['id', 'place'])
})
