import { createClient } from '../../db/client.js'
import type { BenchInstallation } from '../installation.js'
import { createTenant } from '../installation.js'
import type { OurServer } from './contenders.js'

/** Creates tenants until there are `count`, a few at a time. @returns the ids of all of them */
export async function crowd(
  installation: BenchInstallation,
  { url, token, tenant }: OurServer,
  count: number,
  onTenant: (created: number) => void
): Promise<string[]> {
  const ids = [tenant.id]
  const create = async () => {
    while (ids.length < count) {
      // Reserved in advance, so that no extra tenant is created.
      const place = ids.push('') - 1
      ids[place] = (await createTenant(url, token)).id
      onTenant(place + 1)
    }
  }
  await Promise.all([create(), create()])
  const main = createClient(installation.config.database, { max: 1, applicationName: 'strongroom-bench' })
  await main.sql`vacuum analyze`
  await main.close()
  return ids
}
