// A visit that hangs on one server does not delay tenants on another.
import t from 'tap'
import { connect } from '../../db/connect.js'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { createTwoServers, placeOf } from '../moves/servers.js'

const installation = await createTwoServers(t, ['schema', 'schema'])
const { config, sql, secondUrl } = installation
const { url } = await startApi(t, config)
const admin = await signUp(url)

async function createOn(server: string) {
  await sql`update servers set state = case name when ${server} then 'open' else 'draining' end`
  const { id, database_name } = await createTenant(admin, server)
  const place = placeOf(installation, { server, database_name })
  const db = connect(place.url, { max: 1, connection: place.connection, onnotice: () => undefined })
  t.teardown(() => db.end())
  return { id, db }
}
const free = await createOn('main')
const stuck = await createOn('two')
const lookout = connect(secondUrl, { max: 1 })
t.teardown(() => lookout.end())
await startWorker(t, config)

const makeDue = ({ id }: { id: string }) => sql`
  insert into tenant_visits (tenant_id, changed_at, due_at) values (${id}, now(), now() - interval '1 hour')
  on conflict (tenant_id) do update set due_at = excluded.due_at, claimed_by = null`

/** When the visit on the second server began to wait for a lock; undefined if none waits. */
async function waitingSince(): Promise<string | undefined> {
  const [row] = await lookout<{ since: string }[]>`
    select query_start::text as since from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`
  return row?.since
}

t.test('a tenant is swept while a visit on another server hangs', async () => {
  // Repeated: on a busy machine the hanging visit may time out before the other begins.
  await until(async () => {
    let hung: string | undefined
    let still: string | undefined
    await stuck.db.begin(async (transaction) => {
      await transaction`lock table pending_objects in access exclusive mode`
      await makeDue(stuck)
      await until(async () => (hung = await waitingSince()) !== undefined)
      await free.db`insert into pending_objects (s3_path, state, deadline)
        values (${`tenants/${free.id}/left`}, 'upload', now() - interval '1 hour')`
      await makeDue(free)
      await until(async () => (await free.db`select from pending_objects`).length === 0)
      still = await waitingSince()
    })
    return hung === still
  })
})
