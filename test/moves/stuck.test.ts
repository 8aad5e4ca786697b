// A move that cannot be settled, since another session locks the tenant's tables, holds up nothing else.
import t from 'tap'
import { connect } from '../../db/connect.js'
import { leftSchema } from '../../db/move/names.js'
import { openInstallation } from '../../scripts/operator/installation.js'
import { movingOf } from '../../scripts/tenants/moving.js'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { createTwoServers } from './servers.js'

const installation = await createTwoServers(t, ['schema', 'schema'])
const { config, sql } = installation
const { url } = await startApi(t, config)
const admin = await signUp(url)
const operator = openInstallation(config)
t.teardown(() => operator.close())
const moving = movingOf(operator)
const dump = connect(config.database.url, { max: 1 })
t.teardown(() => dump.end())

async function movedTenant(name: string) {
  const { id } = await createTenant(admin, name)
  t.match(await moving.move(id, 'two'), { outcome: 'moved' })
  return id
}
const makeDue = (id: string) =>
  sql`update tenant_moves set drop_after = now() - interval '1 second' where tenant_id = ${id}`
const movesOf = (id: string) => sql<{ isHeld: boolean }[]>`
  select coalesce(lease_until > now(), false) as "isHeld" from tenant_moves where tenant_id = ${id}`

void t.test('the worker settles other moves meanwhile, and stops', async (t) => {
  const stuck = await movedTenant('stuck')
  const free = await movedTenant('free')
  const worker = await startWorker(t, config)
  await dump.begin(async (transaction) => {
    await transaction`
      lock table ${transaction(leftSchema({ tenantId: stuck, generation: 1 }))}.documents in access share mode`
    await makeDue(stuck)
    await until(async () => (await movesOf(stuck))[0]?.isHeld === true)
    await makeDue(free)
    await until(async () => (await movesOf(free)).length === 0)
    await worker.close()
    t.equal((await movesOf(stuck)).length, 1, 'the locked place is left for later')
  })
  await sql`update tenant_moves set lease_until = now() - interval '1 second'`
  t.match(await moving.dropLeftPlace(stuck), { outcome: 'dropped' })
  t.same(await movesOf(stuck), [])
})
