import type postgres from 'postgres'
import { quoteName, quoteText } from '../../db/quote.js'
import type { ServerNames } from './server-names.js'

/** The statement that writes on a database whose it is, so that none is ever taken for another's. */
export const markDatabase = (database: string, mark: string): string =>
  `comment on database ${quoteName(database)} is ${quoteText(mark)}`

/** Rewrites the marks of earlier versions, from which anybody with a login on the server could read ids. */
export async function hideOldMarks(session: postgres.Sql, names: ServerNames): Promise<void> {
  const { prefix, suffix } = names.oldMark
  const marked = await session<{ database: string; mark: string }[]>`
    select datname as database, shobj_description(oid, 'pg_database') as mark from pg_database
    where starts_with(shobj_description(oid, 'pg_database'), ${prefix})
      and right(shobj_description(oid, 'pg_database'), ${suffix.length}) = ${suffix}`
  for (const { database, mark } of marked) {
    const tenantId = mark.slice(prefix.length, -suffix.length)
    await session.unsafe(markDatabase(database, names.markOf(tenantId)))
  }
}
