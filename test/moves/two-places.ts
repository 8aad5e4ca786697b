import { randomBytes, randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import type { Test } from 'tap'
import { withDatabase } from '../../db/database-url.js'
import type { MovedPlace } from '../../db/move/session.js'
import { migrate } from '../../db/migrate.js'
import { createSchema } from '../../db/server/schemas.js'
import { applyMigrations, inTransaction } from '../../db/migrate.js'
import { connect } from '../../db/connect.js'
import { testServices } from '../helpers/services.js'

/** Places without an installation, removed when the test ends. */
export async function createPlaces(
  t: Test,
  count: number,
  kind: 'database' | 'schema'
): Promise<MovedPlace[]> {
  const { databaseUrl } = testServices()
  const admin = connect(databaseUrl, { max: 1, onnotice: () => undefined })
  t.teardown(() => admin.end())
  const places: MovedPlace[] = []
  for (let n = 0; n < count; n++) {
    const name = `test_${randomBytes(6).toString('hex')}`
    await admin`create database ${admin(name)} template template0 encoding 'UTF8'`
    t.teardown(() => admin`drop database ${admin(name)} with (force)`)
    const url = withDatabase(databaseUrl, name)
    const schema = kind === 'database' ? 'public' : `place_${n}`
    if (kind === 'schema') {
      await inTransaction(url, async (transaction) => {
        await transaction`create extension pg_trgm with schema public`
        await createSchema(transaction, schema)
        await applyMigrations(transaction, 'tenant', schema)
      })
    } else await migrate(url, 'tenant')
    places.push({ url, schema })
  }
  return places
}

/** Connections to a place on which bare table names are the tenant's. */
export function openPlace(t: Test, { url, schema }: MovedPlace, max = 4): postgres.Sql {
  const sql = connect(url, { max, onnotice: () => undefined, connection: { search_path: schema } })
  t.teardown(() => sql.end())
  return sql
}

/** Inserts documents of one user, each with its own file. */
export async function seedDocuments(sql: postgres.Sql, count: number): Promise<void> {
  await sql`with stored as (
      insert into files (id, md5_hash, sha256, file_size, s3_path)
      select id, replace(id::text, '-', ''), replace(id::text || id::text, '-', ''), 1 + n % 1000, 'a/' || id
      from (select n, gen_random_uuid() as id from generate_series(1, ${count}) n) made returning id, file_size)
    insert into documents (id, filename, mime_type, file_id, user_id, folder, tags, metadata)
    select gen_random_uuid(), 'seed ' || file_size || E' \\t\\\\ ü.txt', 'text/plain', id, ${randomUUID()}, '/a/', '{x,y}',
      '{"n": 1.50}' from stored`
}
