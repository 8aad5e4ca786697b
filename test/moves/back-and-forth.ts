import type { Test } from 'tap'
import { connect } from '../../db/connect.js'
import { openInstallation } from '../../scripts/operator/installation.js'
import { movingOf } from '../../scripts/tenants/moving.js'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { committedEvents } from '../helpers/committed-events.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { createKeeper, type Cage } from '../isolation/canaries.js'
import { seeded } from '../patches/seeded.js'
import { PatientClient } from './patient-client.js'
import { createTwoServers, placeOf, type Strategies, type TwoServers } from './servers.js'

export interface BackAndForth {
  strategies: Strategies
  /** A superuser's URL of the second server; by default that is a database on the first. */
  secondServer?: string
  tenants: number
  /** Concurrent moves. */
  movers: number
  /** Concurrent clients. */
  clients: number
  /** The least number of moves and the shortest duration. Both must be reached. */
  moves: number
  seconds: number
  seed: number
}

/**
 * Moves tenants between two servers repeatedly, while clients work with canaries in all of them. No request may fail, no
 * canary may show up in another tenant, and in the end each tenant must have what its clients were told.
 * @returns a summary for people
 */
export async function moveBackAndForth(t: Test, options: BackAndForth): Promise<string> {
  const { strategies, secondServer, seed } = options
  const settings = { TENANT_MAX_CONNECTIONS: '40', LOG_LEVEL: 'fatal' }
  const installation = await createTwoServers(t, strategies, settings, secondServer)
  const { config, sql } = installation
  const { url } = await startApi(t, config)
  await startWorker(t, config)
  const operator = openInstallation(config)
  t.teardown(() => operator.close())
  const moving = movingOf(operator)
  const client = await signUp(url)
  const patient = Object.assign(new PatientClient(url, client.token), client)
  const cages: Cage[] = []
  for (let index = 0; index < options.tenants; index++)
    cages.push({ index, tenant: await createTenant(client, `cage ${index}`), canaries: [] })
  const keeper = createKeeper(patient, cages, patient.fetch)
  const { report } = keeper

  const start = performance.now()
  let [moves, longestPause] = [0, 0]
  const isOver = () =>
    report.problems.length > 0 ||
    (moves >= options.moves && performance.now() - start > options.seconds * 1_000)

  async function work(): Promise<void> {
    while (!isOver()) await keeper.perform(seed, report.operations)
  }
  /** Moves this mover's share of the tenants. */
  async function move(mover: number): Promise<void> {
    const random = seeded(seed + mover)
    const mine = cages.filter(({ index }) => index % options.movers === mover)
    while (!isOver()) {
      const { id } = random.oneOf(mine).tenant
      const { server } = await placementOf(installation, id)
      const moved = await moving.move(id, server === 'main' ? 'two' : 'main')
      // Lets the worker drop the old place at once.
      await sql`update tenant_moves set drop_after = now() - interval '1 second' where tenant_id = ${id} and state = 'switched'`
      // The worker is still dropping the last move's place.
      if (moved.outcome === 'moving') continue
      if (moved.outcome !== 'moved') throw new Error(moved.outcome)
      moves += 1
      longestPause = Math.max(longestPause, moved.rows.pauseMs)
    }
  }
  await Promise.all([
    ...Array.from({ length: options.clients }, work),
    ...Array.from({ length: options.movers }, (_, mover) => move(mover))
  ])
  t.same(report.problems, [])
  t.equal(report.unavailable, 0, 'no request failed')

  for (const cage of cages) await checkCage(t, installation, cage)
  await until(async () => (await sql`select from tenant_moves`).length === 0)
  const seconds = ((performance.now() - start) / 1_000).toFixed(0)
  return (
    `${moves} moves and ${report.operations} operations on ${cages.length} tenants in ${seconds} s; longest pause ` +
    `${longestPause.toFixed(0)} ms, slowest request ${patient.waits.longest.toFixed(0)} ms, ` +
    `${patient.waits.repeated} requests were repeated after 503`
  )
}

async function placementOf({ sql }: TwoServers, id: string) {
  const [row] = await sql<{ server: string; database_name: string }[]>`
    select server, database_name from tenants where id = ${id}`
  if (row === undefined) throw new Error('The tenant is gone')
  return row
}

/** Asserts that a tenant has everything that its clients were told of, once, and nothing of another tenant. */
async function checkCage(
  t: Test,
  installation: TwoServers,
  { index, tenant, canaries }: Cage
): Promise<void> {
  const { url, connection } = placeOf(installation, await placementOf(installation, tenant.id))
  const db = connect(url, { max: 1, connection })
  try {
    await until(async () => (await db`select from files where verified_at is null`).length === 0)
    // Wait until the worker has taken the last events into the log.
    await until(async () => (await db`select from outbox`).length === 0)
    const astray = await db`
      select filename as found from documents where filename not like ${`canary-${index}-%`}
      union all select s3_path from files where s3_path not like ${`tenants/${tenant.id}/%`}
      union all select verification from files where verification <> 'intact'
      union all select tenant_id::text from ${committedEvents(db)} where tenant_id <> ${tenant.id}
      union all select 'twice ' || (data ->> 'document_id') from events where event_type = 'document.uploaded'
        group by data ->> 'document_id' having count(*) > 1
      union all select 'no event of ' || id from documents where not exists
        (select from events where event_type = 'document.uploaded' and data ->> 'document_id' = documents.id::text)
      union all select 'positions' from events having count(*) <> max(position)`
    const documents = await db<{ id: string }[]>`select id from documents`
    const ids = (of: { id: string }[]) => of.map(({ id }) => id).sort()
    t.same(astray, [], `tenant ${index} holds nothing foreign or inconsistent`)
    t.same(ids(documents), ids(canaries), `tenant ${index} has lost and duplicated nothing`)
  } finally {
    await db.end()
  }
}
