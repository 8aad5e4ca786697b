import { execFile } from 'node:child_process'
import t from 'tap'
import { program } from '../../scripts/program.js'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { waitingEvents } from '../helpers/committed-events.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'

const { config, environment, sql, tenantSql } = await createInstallation(t)
const { url } = await startApi(t, config)
const tenant = await createTenant(await signUp(url))
const db = tenantSql(tenant.database_name)

/** Runs a command as an operator does, with only the database settings. */
async function events(...args: string[]): Promise<{ code: number; output: string }> {
  const { KAFKA_BROKERS, SECRETS_KEY, ...settings } = environment
  t.ok(KAFKA_BROKERS && SECRETS_KEY)
  const env = { PATH: process.env['PATH'], ...settings }
  return new Promise((resolve) => {
    execFile(process.execPath, [...program('scripts/events'), ...args], { env }, (error, output, errors) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: output + errors })
    )
  })
}

t.test('refused events are listed, shown, tried again and discarded', async (t) => {
  t.match(await events('refused', 'list'), { code: 0, output: /^0 refused events\.$/m })
  // Events that no tenant may write; the worker's sweep finds them.
  await db`insert into outbox (event_type, tenant_id, data)
    select 'no.such.type', ${tenant.id}, '{"text": "\\u001b[31mred"}' from generate_series(1, 2)`
  await sql`insert into dirty_tenants (tenant_id) values (${tenant.id}) on conflict do nothing`
  await startWorker(t, config)
  await until(
    async () => (await waitingEvents(db)) === 0 && (await db`select from events_refused`).length === 2
  )

  const listed = await events('refused', 'list')
  const [first = '', second = ''] = listed.output.match(new RegExp(`${tenant.id}/\\d+/kafka`, 'g')) ?? []
  t.match(listed.output, /no tenant event has this type/)
  t.match(listed.output, /^2 refused events\.$/m)
  const shown = await events('refused', 'show', first)
  t.match(shown.output, /event_type: no\.such\.type/)
  t.notMatch(shown.output, '\u001b')

  t.match(await events('refused', 'retry', first), { code: 0, output: /^1 events will be tried again/m })
  await until(async () => (await db`select from events_refused where retry`).length === 0)
  t.match(await events('refused', 'discard', second), { code: 0, output: /^1 events were discarded/m })
  t.match(await events('refused', 'discard', second), { code: 1, output: /^0 events/m }, 'no longer there')
  t.match(await events('refused', 'discard', '--all'), { code: 0, output: /^1 events were discarded/m })
  t.same([...(await db`select from events_refused`)], [])
})

t.test('a list says so if there are more refused events than it shows', async (t) => {
  await db`with written as (
      insert into events (position, event_id, event_type, timestamp, data)
      select 1000000 + n, gen_random_uuid(), 'no.such.type', now(), '{}' from generate_series(1, 1001) as n
      returning position)
    insert into events_refused (position, consumer, error) select position, 'kafka', 'wrong' from written`
  const listed = await events('refused', 'list')
  t.match(listed.output, /^More than 1000 refused events: /m)
  const last = `${tenant.id}/1001001/kafka`
  t.notMatch(listed.output, last)
  t.match(await events('refused', 'show', last), { code: 0, output: /position: 1001001/ })
  t.match(await events('refused', 'show', `${tenant.id}/1001002/kafka`), { output: /^No refused event/m })
  t.match(await events('refused', 'discard', '--all'), { output: /^1001 events were discarded/m })
  t.match(await events('refused', 'list'), { output: /^0 refused events\.$/m })
})

t.test('invalid arguments are refused', async (t) => {
  for (const args of [
    ['refused', 'retry'],
    ['refused', 'discard', 'main/x/kafka'],
    ['refused', 'retry', '00000000-0000-4000-8000-000000000000/1/kafka']
  ])
    t.equal((await events(...args)).code, 1, args.join(' '))
})

t.test('logs are opened once, and epochs are renewed for one log or all', async (t) => {
  await sql`update installation set events_logged_since = null`
  t.match(await events('open-logs'), { code: 0, output: /open from now on/ })
  t.match(await events('open-logs'), { code: 0, output: /already open/ })
  const epochs = async () =>
    (await Promise.all([sql, db].map((one) => one<{ epoch: string }[]>`select epoch from event_state`))).map(
      ([row]) => row?.epoch
    )
  const before = await epochs()
  t.match(await events('renew-epoch', tenant.id), { code: 0, output: /^1 log has a new epoch/m })
  const after = await epochs()
  t.equal(after[0], before[0])
  t.not(after[1], before[1])
  t.match(await events('renew-epoch'), { code: 0, output: /^2 logs have a new epoch/m })
  t.not((await epochs())[0], after[0])
})
