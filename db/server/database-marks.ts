import type postgres from 'postgres'
import { quoteName, quoteText } from '../quote.js'

/** The statement that sets the mark of a database, so that it is never mistaken for another owner's. */
export const markDatabase = (database: string, mark: string): string =>
  `comment on database ${quoteName(database)} is ${quoteText(mark)}`

export async function setMark(session: postgres.Sql, database: string, mark: string): Promise<void> {
  await session.unsafe(markDatabase(database, mark))
}

/** The mark of a database; null if an earlier version created it, undefined if there is no such database. */
export async function findMark(session: postgres.Sql, database: string): Promise<string | null | undefined> {
  const [row] = await session<{ mark: string | null }[]>`
    select shobj_description(oid, 'pg_database') as mark from pg_database where datname = ${database}`
  return row?.mark
}

/** The databases whose marks begin with `prefix` and end with `suffix`. */
export async function listMarked(
  session: postgres.Sql,
  { prefix, suffix }: { prefix: string; suffix: string }
): Promise<{ database: string; mark: string }[]> {
  return session<{ database: string; mark: string }[]>`
    select datname as database, shobj_description(oid, 'pg_database') as mark from pg_database
    where starts_with(shobj_description(oid, 'pg_database'), ${prefix})
      and right(shobj_description(oid, 'pg_database'), ${suffix.length}) = ${suffix}`
}
