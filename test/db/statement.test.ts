import { and, eq, sql } from 'drizzle-orm'
import { pgSchema, pgTable, timestamp, uuid, varchar, bigint, jsonb } from 'drizzle-orm/pg-core'
import t from 'tap'
import { createClient } from '../../db/client.js'
import { createList } from '../../db/list-statement.js'
import { prepared, query, under, type Named } from '../../db/statement.js'
import { testServices } from '../helpers/services.js'

const columns = () => ({
  id: uuid().primaryKey(),
  name: varchar({ length: 20 }).notNull(),
  size: bigint({ mode: 'number' }),
  data: jsonb().$type<{ tags: string[] }>(),
  made_at: timestamp({ withTimezone: true, precision: 3, mode: 'string' })
    .notNull()
    .default(sql`now()`)
})

t.test('statements from the query builder and from templates run prepared, with named values', async (t) => {
  const client = createClient(testServices().databaseUrl, { max: 1, applicationName: 'statements' })
  t.teardown(() => client.close())
  // One connection, so that every statement sees its temporary table.
  await client.sql`create temporary table things (id uuid primary key, name varchar(20) not null, size bigint,
    data jsonb, made_at timestamptz(3) not null default now())`
  const things = pgTable('things', columns())
  const id = '5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11'

  const insert = prepared(client.sql, (thing: Named<{ id: string; size: number | null; data: object }>) =>
    query
      .insert(things)
      .values({ id: thing.id, name: 'first', size: thing.size, data: thing.data })
      .returning({ made_at: things.made_at })
  )
  const [made] = await insert({ id, size: 7, data: { tags: ["'", '$1'] } })
  t.match(made?.made_at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/, 'times are RFC 3339')

  const find = prepared(client.sql, (named: Named<{ id: string }>) =>
    query.select().from(things).where(eq(things.id, named.id))
  )
  t.match(await find({ id }), [{ id, name: 'first', size: 7, data: { tags: ["'", '$1'] } }])

  const rename = prepared(
    client.sql,
    (named: Named<{ id: string; name: string }>) => sql<{ old: string; renamed: string }>`
      with before as (select ${things.name} from ${things} where ${eq(things.id, named.id)}),
        after as (update ${things} set name = ${named.name} where ${eq(things.id, named.id)} returning name)
      select before.name as old, after.name as renamed from before, after`
  )
  t.same(await rename({ name: `it's $2`, id }), [{ old: 'first', renamed: `it's $2` }])
  for (let run = 0; run < 3; run += 1) await find({ id })
  const statements = await client.sql<{ calls: number }[]>`
    select count(*)::int as calls from pg_prepared_statements where statement like 'select "id"%'`
  t.same([...statements], [{ calls: 1 }], 'PostgreSQL prepared it once')

  const count = prepared(client.sql, () => sql<{ count: number }>`select count(*) from ${things}`)
  t.same(await count(), [{ count: 1 }], 'a statement without values takes no argument')
})

t.test('lists without filters are prepared, and filtered lists are planned for their values', async (t) => {
  const client = createClient(testServices().databaseUrl, { max: 1, applicationName: 'lists' })
  t.teardown(() => client.close())
  await client.sql`create temporary table things (id uuid primary key, name varchar(20) not null)`
  await client.sql`insert into things select gen_random_uuid(), 'rare' || (i = 7) from generate_series(1, 30) i`
  const things = pgTable('things', { id: uuid().primaryKey(), name: varchar({ length: 20 }).notNull() })
  const thing = under('thing', things)
  const list = createList<{ name?: string }, { id: string; name: string }>(
    [things.id, things.name],
    (given) => ({
      from: things,
      as: thing,
      where: and(given.name && eq(thing.name, given.name)),
      count: sql`(select count(*) from ${things})`
    })
  )
  const page = { column: things.name, descending: false, start: { offset: 0 } }
  const listed = async (filter: { name?: string }) =>
    (await list(client.sql, { ...page, filter, limit: 21 })).total
  for (let run = 0; run < 7; run += 1) {
    t.equal(await listed({}), 30)
    t.equal(await listed({ name: 'raretrue' }), 1)
  }
  const statements = await client.sql<{ statement: string }[]>`
    select statement from pg_prepared_statements where statement like 'select total%' or statement like 'with matching%'`
  t.equal(statements.length, 1, 'only the list without a filter is prepared')
  t.notMatch(statements[0]?.statement, /matching/)
})

t.test('a statement whose rows or values would get wrong types is refused when it is defined', async (t) => {
  const things = pgTable('things', columns())
  const never = {} as Parameters<typeof prepared>[0]
  t.throws(
    () => prepared(never, () => query.select({ title: things.name }).from(things)),
    /"title" would arrive under another name/
  )
  t.throws(
    () => prepared(never, ({ ...all }: Named<{ id: string }>) => sql`select ${all.id}`),
    /Name each parameter/
  )
})

t.test('tables in a schema are qualified', async (t) => {
  const things = pgSchema('tenant "x"').table('things', columns())
  let text = ''
  const client = { unsafe: (rendered: string) => Promise.resolve((text = rendered) && []) }
  await prepared(client as never, () => query.delete(things))()
  t.equal(text, `delete from "tenant ""x"""."things"`)
})
