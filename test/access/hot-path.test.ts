import t from 'tap'
import { databaseName } from '../../db/database-url.js'
import { createTenant, signUp, signUpMember, startApi, uploaded, type Client } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { createService } from '../helpers/services-of-tenants.js'
import { startPostgresFront } from '../helpers/postgres-front.js'

const { config, configWith, sql, places } = await createInstallation(t)
const front = await startPostgresFront(t, config.database.url)
// The listener connects directly, so its notifications to itself are not counted.
const { url } = await startApi(
  t,
  configWith({ DATABASE_URL: front.url, DATABASE_DIRECT_URL: config.database.url })
)
const main = databaseName(config.database.url)
const admin = await signUp(url)
const tenant = await createTenant(admin)
const viewer = await signUpMember(url, sql, tenant.id, 'viewer')
const service = await createService(admin, tenant.id, 'viewer', ['documents:read'], {
  networks: ['127.0.0.0/8']
})
const document = await uploaded(admin, tenant.id, 'content')
const path = `/api/tenants/${tenant.id}`

/**
 * The round trips of one request once everything is prepared and cached: the minimum of several measurements, since
 * the relay and others query the database in between.
 */
async function roundTripsOf(request: () => Promise<{ status: number }>): Promise<Record<string, number>> {
  const measure = async () => {
    front.takeRoundTrips()
    if ((await request()).status !== 200) throw new Error('the request failed')
    return front.takeRoundTrips()
  }
  // Enough requests for every connection of both pools to prepare the statements.
  await Promise.all(Array.from({ length: 40 }, measure))
  const total = (taken: Record<string, number>) => Object.values(taken).reduce((sum, count) => sum + count, 0)
  let fewest = await measure()
  for (let round = 0; round < 20; round++) {
    const taken = await measure()
    if (total(taken) < total(fewest)) fewest = taken
  }
  return fewest
}

const READS: Record<string, (client: Client) => Promise<{ status: number }>> = {
  'a document': (client) => client.get(`${path}/documents/${document.id}`),
  'the list of documents': (client) => client.get(`${path}/documents`),
  'the list of files': (client) => client.get(`${path}/files`)
}

void t.test(
  'a request in a tenant costs one query to the tenant’s database, and none to the main database',
  async (t) => {
    for (const [what, read] of Object.entries(READS)) {
      for (const client of [admin, viewer, service]) {
        t.same(await roundTripsOf(() => read(client)), { [places.databaseOf(tenant.database_name)]: 1 }, what)
      }
    }
  }
)

void t.test('a request outside tenants costs one query to the main database', async (t) => {
  t.same(await roundTripsOf(() => viewer.get('/api/users/me')), { [main]: 1 })
  t.same(await roundTripsOf(() => service.get('/api/users/me')), { [main]: 1 })
})

void t.test('refused requests query the database each time', async (t) => {
  const stranger = await signUp(url)
  for (let round = 0; round < 3; round++) {
    front.takeRoundTrips()
    t.equal((await stranger.get(`${path}/documents`)).status, 404)
    t.ok((front.takeRoundTrips()[main] ?? 0) >= 1)
  }
})
