import { randomUUID } from 'node:crypto'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { connect } from '../../db/connect.js'
import { rowMover } from '../../db/move/row-mover.js'
import { createTenantMovesRepository } from '../../db/main/tenant-moves-repository.js'
import { resource } from '../../plugins/resources.js'
import { program } from '../../scripts/program.js'
import { createTenantMoving, type MoveOutcome } from '../../src/services/tenants/tenant-move.js'
import { createTenant, signUp, startApi, uploaded, type TestTenant } from '../helpers/api.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { seeded } from '../patches/seeded.js'
import { content, sha256, Tus } from '../resumable/tus.js'
import { followFeed } from './feed.js'
import { leftoversOf } from './leftovers.js'
import { createTwoServers, placeOf, type Strategies, type TwoServers } from './servers.js'
import { seedDocuments } from './two-places.js'
import { checkDocuments, startWriters } from './writers.js'

export interface MovesOptions {
  strategies: Strategies
  /** Documents that exist at the start. */
  documents: number
  /** The number of moves, alternately there and back. */
  moves: number
  clients: number
  /** Milliseconds between two writes of one client. */
  pauseMs: number
  seed: number
  /** Whether a separate process moves the tenant, as the command does, instead of the API's own. */
  apart?: boolean
  /** Receives lines with measurements. */
  say?: (line: string) => void
}

/** An API, a worker, a tenant with documents, and clients that write and read while it is moved. */
export async function startScenario(t: Test, options: MovesOptions) {
  const { strategies, documents, clients, pauseMs, seed, say = (line) => t.comment(line) } = options
  const installation = await createTwoServers(t, strategies)
  const { config, sql } = installation
  const { app, url } = await startApi(t, config)
  await startWorker(t, config)
  const admin = await signUp(url)
  const tenant = await createTenant(admin)
  await seedDocuments(installation.tenantSql(tenant.database_name), documents)
  await installation.tenantSql(
    tenant.database_name
  )`update files set verified_at = now(), verification = 'intact'`
  const moves = createTenantMovesRepository({ sql })
  const moving = createTenantMoving({
    ...{ moves, router: resource(app, 'router'), places: resource(app, 'places') },
    rowMover,
    grace: 86_400,
    osUser: 'test'
  })
  const writers = startWriters(admin, tenant, { clients, pauseMs, seed })
  const feed = followFeed(admin, tenant.id)
  const where = async () => {
    const [row] = await sql<{ server: string; database_name: string; generation: number }[]>`
      select server, database_name, generation from tenants where id = ${tenant.id}`
    if (row === undefined) throw new Error('The tenant is gone')
    return row
  }
  const settled = async () => {
    // Ends the killed process's lease early, and only once: the next lease belongs to the worker that settles the move.
    await sql`update tenant_moves set lease_until = now() - interval '1 second' where owner is not null`
    await until(async () => (await sql`select from tenant_moves where state <> 'switched'`).length === 0)
  }

  /**
   * Stops the clients, and compares the tenant with what they were told.
   * @param refusals matches answers that are no failures
   */
  async function check(refusals = /^$/): Promise<void> {
    const written = await writers.stop()
    await feed.stop()
    const failures = (of: string[]) => of.filter((failure) => !refusals.test(failure))
    t.same(failures(writers.failures), [], 'no request failed')
    t.same(failures(feed.failures), [], "the feed's cursor was always valid, and no event came twice")
    await checkDocuments(t, admin, tenant, written, documents)
    const unannounced = () => written.filter(({ id }) => feed.uploads.get(id) !== 1)
    await until(async () => {
      await feed.readOn()
      return unannounced().length === 0 || [...feed.uploads.values()].some((times) => times > 1)
    })
    t.equal(unannounced().length, 0, 'each upload was announced once')
    const { url: database, connection } = placeOf(installation, await where())
    const place = connect(database, { max: 1, connection })
    const [log] = await place`select count(*) = max(position) as whole from events`
    await place.end()
    t.equal(log?.['whole'], true, 'the log has no gap')
    say(
      `${written.length} uploads, ${writers.writes()} answers, the slowest after ${writers.slowest().toFixed(0)} ms`
    )
  }
  return {
    ...{ installation, sql, url, admin, tenant, moves, moving, writers, feed, where, settled, check, say }
  }
}

/** Moves a tenant there and back while it is in use. */
export async function moveUnderLoad(t: Test, options: MovesOptions): Promise<void> {
  const scenario = await startScenario(t, options)
  const { moving, tenant, where, admin, installation, say } = scenario
  const tus = new Tus(admin, tenant.id)
  const bytes = content(100_000)
  const path = await tus.created(bytes.length)
  t.equal((await tus.patch(path, 0, bytes.subarray(0, 40_000))).status, 204)
  for (let n = 0; n < options.moves; n++) {
    const to = (await where()).server === 'main' ? 'two' : 'main'
    const start = performance.now()
    const outcome = options.apart
      ? await moveApart(installation, tenant, to)
      : await moving.move(tenant.id, to)
    if (outcome.outcome !== 'moved') throw new Error(outcome.outcome)
    const { rows, changes, pauseMs } = outcome.rows
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    say(`to ${to}: ${rows} rows, ${changes} changes in ${seconds} s; pause ${pauseMs.toFixed(1)} ms`)
    t.match(await where(), { server: to, generation: n + 2 })
  }
  t.equal((await tus.patch(path, 40_000, bytes.subarray(40_000))).status, 204, 'a resumable upload continues')
  await until(async () => (await tus.get(path))['state'] === 'done')
  const id = String((await tus.get(path))['document_id'])
  t.equal(sha256(await tus.download(id)), sha256(bytes))
  await admin.delete(`/api/tenants/${tenant.id}/documents/${id}`)
  await scenario.check()
  const [old] = await installation.sql`select * from tenant_moves`
  await scenario.sql`update tenant_moves set drop_after = now() - interval '1 second'`
  await until(async () => (await scenario.sql`select from tenant_moves`).length === 0)
  t.notOk(await installation.places.exists(String(old?.['from_place'])), 'the worker dropped the old place')
}

/** Moves a tenant in a separate process. */
async function moveApart({ environment }: TwoServers, { id }: TestTenant, to: string): Promise<MoveOutcome> {
  const { stdout } = await promisify(execFile)(process.execPath, [...program('test/moves/mover'), id, to], {
    env: { ...process.env, ...environment, LOG_LEVEL: 'fatal' }
  })
  return JSON.parse(stdout) as MoveOutcome
}

/** Kills movers at each step, and checks that the worker finishes or undoes each move. */
export async function killMovers(
  t: Test,
  options: MovesOptions & { steps: readonly string[]; kills: number; longestMs: number }
): Promise<void> {
  const scenario = await startScenario(t, options)
  const { tenant, where, installation, settled, admin, sql } = scenario
  const random = seeded(options.seed).below
  const outcomes: Record<string, number> = {}
  for (const step of options.steps)
    for (let kill = 0; kill < options.kills; kill++) {
      const before = await where()
      const to = before.server === 'main' ? 'two' : 'main'
      const afterMs = kill === 0 ? 0 : random(options.longestMs)
      const mover = spawn(
        process.execPath,
        [...program('test/moves/mover'), tenant.id, to, step, String(afterMs)],
        { env: { ...process.env, ...installation.environment, LOG_LEVEL: 'fatal' }, stdio: 'inherit' }
      )
      await once(mover, 'exit')
      const name = `e${randomUUID()}`
      const during = uploaded(admin, tenant.id, name)
      await settled()
      await admin.delete(`/api/tenants/${tenant.id}/documents/${(await during).id}`)
      const after = await where()
      const moved = after.server === to
      outcomes[`${step} ${moved ? 'moved' : 'undone'}`] =
        (outcomes[`${step} ${moved ? 'moved' : 'undone'}`] ?? 0) + 1
      t.equal(after.generation, before.generation + (moved ? 1 : 0))
      // The next move must find nothing of this one.
      await sql`update tenant_moves set drop_after = now() - interval '1 second'`
      await until(async () => (await sql`select from tenant_moves`).length === 0)
      t.same(await leftoversOf(installation, tenant.id), [], `nothing is left after ${step}`)
    }
  scenario.say(JSON.stringify(outcomes))
  // After a kill between the closing and its record, requests wait for up to ten seconds, and may be refused.
  await scenario.check(/ 503 TENANT_MOVING$/)
}
