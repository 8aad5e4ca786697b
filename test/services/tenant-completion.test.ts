import t from 'tap'
import { resource } from '../../plugins/resources.js'
import { createTenantCompletion } from '../../src/services/tenants/tenant-completion.js'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'

const { config, sql } = await createInstallation(t)
const { app, url } = await startApi(t, config)

void t.test('a tenant that another process has made ready is returned as it is now', async (t) => {
  const { id } = await createTenant(await signUp(url))
  await sql`update tenants set status = 'provisioning' where id = ${id}`
  const { tenants } = resource(app, 'database')
  const before = await tenants.findById(id)
  if (before === null) throw new Error('The tenant is gone')
  t.equal(before.status, 'provisioning')
  const completion = createTenantCompletion({
    tenants,
    places: {
      provision: async () => {
        await tenants.activate(id)
      }
    },
    outboxes: { recordMain: (work) => work() }
  })
  const ready = await completion.makeReady(before)
  t.equal(ready.status, 'active')
  t.equal(ready.revision, before.revision + 1)
})
