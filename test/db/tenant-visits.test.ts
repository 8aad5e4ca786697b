import { randomUUID } from 'node:crypto'
import t from 'tap'
import { createClient } from '../../db/client.js'
import { createDirtyTenantRepository } from '../../db/main/dirty-tenants-repository.js'
import { createTenantVisitRepository, type VisitEnd } from '../../db/main/tenant-visits-repository.js'
import { createInstallation } from '../helpers/installation.js'

const { config, sql } = await createInstallation(t)
const client = createClient(config.database.url, { max: 4, applicationName: 'strongroom-test' })
t.teardown(() => client.close())
const visits = createTenantVisitRepository(client)
const dirtyTenants = createDirtyTenantRepository(client)
const CLAIM = 3_600
const NOTHING: VisitEnd = { nextIn: null, soonest: 0, backlog: null }

t.beforeEach(() => sql`truncate tenant_visits, dirty_tenants, tenants cascade`)

async function addTenant(status = 'active'): Promise<string> {
  const id = randomUUID()
  await sql`insert into tenants (id, name, database_name, status) values (${id}, 'A', ${`tenant_${id}`}, ${status})`
  return id
}

/** Adds a tenant that was marked `marked` ago, with a visit that is due in `due` (negative: overdue). */
async function addVisit(due: string, marked = '1 hour'): Promise<string> {
  const id = await addTenant()
  await sql`insert into tenant_visits (tenant_id, changed_at, due_at)
    values (${id}, now() - ${marked}::interval, now() + ${due}::interval)`
  return id
}

const claimed = async () => (await visits.claim(CLAIM))?.tenant.id
/** Minutes until the tenant's next visit. */
async function minutesUntil(id: string): Promise<number> {
  const [row] = await sql<{ minutes: number }[]>`
    select (extract(epoch from due_at - now()) / 60)::float8 as minutes from tenant_visits where tenant_id = ${id}`
  return row?.minutes ?? NaN
}

t.test('tenants are visited in the order in which they became due, each by one worker', async (t) => {
  const [late, early] = [await addVisit('-1 minute'), await addVisit('-1 hour')]
  await addVisit('1 hour')
  t.same([await claimed(), await claimed(), await claimed()], [early, late, undefined])
})

t.test('work that a visit leaves waits until the other tenants have had a turn', async (t) => {
  const [noisy, other] = [await addVisit('-2 minutes'), await addVisit('-1 minute')]
  const visit = await visits.claim(CLAIM)
  if (visit === null) throw new Error('nothing is due')
  t.equal(visit.tenant.id, noisy)
  await visits.finish(visit, { ...NOTHING, nextIn: 0 })
  t.same([await claimed(), await claimed()], [other, noisy])
})

t.test('the visit of a killed worker is repeated', async (t) => {
  const id = await addVisit('-1 minute')
  const killed = await visits.claim(0)
  t.equal(await claimed(), id)
  if (killed !== null) await visits.finish(killed, { ...NOTHING, soonest: 7_200 })
  t.ok((await minutesUntil(id)) < 61, 'if the first worker is alive after all, it changes nothing')
})

t.test(
  'the next visit comes when work is due, or once the time since the last change has doubled',
  async (t) => {
    const next = async (marked: string, end: Partial<VisitEnd>) => {
      const id = await addVisit('-1 minute', marked)
      const visit = await visits.claim(CLAIM)
      if (visit !== null) await visits.finish(visit, { ...NOTHING, ...end })
      return minutesUntil(id)
    }
    const hour = await next('1 hour', {})
    t.ok(hour > 50 && hour < 70, 'the time since the mark')
    const soon = await next('1 hour', { nextIn: 600 })
    t.ok(soon > 5 && soon < 11, 'something due brings the visit forward')
    const least = await next('1 hour', { nextIn: -5, soonest: 1_800 })
    t.ok(least > 25 && least < 31, 'but not at once')
    const longest = await next('1 year', {})
    t.ok(longest > 17 * 60 && longest <= 24 * 60, 'never after more than a day')
    t.equal(await next('1 hour', { nextIn: -Infinity }).then((minutes) => minutes < 1), true)
  }
)

t.test('a mark makes a visit due, once', async (t) => {
  const id = await addTenant()
  await dirtyTenants.mark(id)
  await dirtyTenants.mark(randomUUID())
  await visits.takeMarks()
  const visit = await visits.claim(CLAIM)
  t.equal(visit?.tenant.id, id)
  if (visit !== null) await visits.finish(visit, { ...NOTHING, soonest: CLAIM })
  await visits.takeMarks()
  t.equal(await claimed(), undefined)
  t.equal((await sql`select from tenant_visits`).length, 1, 'a removed tenant gets no visit')
})

t.test('a mark during a visit makes another visit due', async (t) => {
  const id = await addVisit('-1 minute')
  const visit = await visits.claim(CLAIM)
  await dirtyTenants.mark(id)
  await visits.takeMarks()
  if (visit !== null) await visits.finish(visit, { ...NOTHING, soonest: CLAIM })
  t.equal(await claimed(), id)
})

t.test('a mark that is cleared before any sweeper saw it makes a visit due', async (t) => {
  const id = await addVisit('1 hour')
  await sql`insert into dirty_tenants (tenant_id, marked_at) values (${id}, now() - interval '10 minutes')`
  const owner = randomUUID()
  await dirtyTenants.acquire(id, owner, 60)
  await dirtyTenants.clear(id, owner, 300)
  t.equal((await sql`select from dirty_tenants`).length, 0)
  t.equal(await claimed(), id)
})

t.test('an unmarked tenant is visited within a day, and a removed one no more', async (t) => {
  const id = await addTenant()
  const gone = await addVisit('-1 hour')
  await sql`delete from tenants where id = ${gone}`
  await visits.adopt()
  await visits.adopt()
  t.match(await sql`select tenant_id from tenant_visits`, [{ tenant_id: id }])
  t.ok((await minutesUntil(id)) <= 24 * 60)
})

t.test('a tenant that is being purged is not visited', async (t) => {
  const id = await addVisit('-1 hour')
  await sql`update tenants set status = 'purging' where id = ${id}`
  t.equal(await claimed(), undefined)
})

t.test('the backlogs that the last visits found are summed over all tenants', async (t) => {
  for (const events of [2, 3]) {
    await addVisit('-1 minute')
    const visit = await visits.claim(CLAIM)
    if (visit !== null)
      await visits.finish(visit, { ...NOTHING, soonest: 60, backlog: { events, oldest: 100, refused: 1 } })
  }
  const { due, backlog } = await visits.status()
  t.match({ due, ...backlog }, { due: 0, events: 5, refused: 2 })
  t.ok(backlog.oldest >= 100)
})

t.test('one relay at a time looks at a mark: soon, then ever more rarely', async (t) => {
  const id = randomUUID()
  await dirtyTenants.mark(id)
  t.same([await dirtyTenants.claimLooks(10), await dirtyTenants.claimLooks(10)], [[id], []])
  const [look] = await sql<{ seconds: number }[]>`
    update dirty_tenants set marked_at = now() - interval '1 minute', look_at = now()
    returning extract(epoch from look_at)::float8 as seconds`
  t.same(await dirtyTenants.claimLooks(10), [id])
  const seconds = async () =>
    (
      await sql<
        { seconds: number }[]
      >`select extract(epoch from look_at)::float8 as seconds from dirty_tenants`
    )[0]?.seconds ?? 0
  t.ok((await seconds()) - (look?.seconds ?? 0) >= 15)
  const before = await seconds()
  await dirtyTenants.mark(id)
  t.ok((await seconds()) < before, 'another mark brings the look forward')
  t.same(await dirtyTenants.listMarked([id, randomUUID()]), [id])
})
