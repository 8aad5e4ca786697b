import t from 'tap'
import { startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { startWorker } from '../helpers/worker.js'
import { blocksOf } from './blocks.js'
import { runCommands, withoutNpm } from './run-commands.js'

const { config, environment, sql } = await createInstallation(t)
const [sizes = '', check = '', ...more] = blocksOf('docs/guides/production.md', 'sh')
t.same(more, [])

void t.test('the last commands before the first customer work as the guide shows', async (t) => {
  await startApi(t, config)
  await startWorker(t, config)
  const env = { ...process.env, ...environment }
  const { out } = await runCommands(t, [withoutNpm(check)], process.cwd(), env)
  t.match(out, 'you@example.com')
})

void t.test("the guide's statement lists the largest tenants", async (t) => {
  const [, statement = ''] = /^psql -d strongroom -c "([^"]*)"\n$/.exec(sizes) ?? []
  const rows = await sql.unsafe<{ datname: string; pg_size_pretty: string }[]>(statement)
  // Tenants of other tests are on the same server; schemas are in one database.
  if (config.tenancy.strategy === 'database') t.ok(rows.length > 0)
  for (const row of rows) t.match(row.pg_size_pretty, /^\d+ (bytes|kB|MB|GB)$/)
})
