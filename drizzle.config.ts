import { defineConfig } from 'drizzle-kit'

/**
 * `DRIZZLE_TARGET=main|tenant npx drizzle-kit generate --name what_changes` writes the next migration from
 * the schema; `db/migrate.ts` applies it.
 */
const target = process.env['DRIZZLE_TARGET']
if (target !== 'main' && target !== 'tenant') throw new Error('Set DRIZZLE_TARGET to main or tenant')

export default defineConfig({
  dialect: 'postgresql',
  schema: `./db/${target}/schema.ts`,
  out: `./db/${target}/migrations`
})
