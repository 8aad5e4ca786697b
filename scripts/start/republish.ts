import type { Config } from '../../core/config/config.js'
import { createDirtyTenantRepository } from '../../db/main/dirty-tenants-repository.js'
import * as tables from '../../db/main/schema.js'
import { createTenantRepository } from '../../db/main/tenants-repository.js'
import { defineEventLogRepository } from '../../db/event-log-repository.js'
import { everyActiveTenant } from '../../workers/every-tenant.js'
import { openInstallation } from '../operator/installation.js'

/**
 * Makes the relays publish all events of the logs again, for a broker that lost everything, as the embedded one does
 * whenever it stops. Handlers are idempotent, so handling an event again has no effect.
 * @param onProgress receives a line of text if there was something to publish again
 */
export async function republishRetained(config: Config, onProgress: (line: string) => void): Promise<void> {
  const installation = openInstallation(config)
  const { main, router } = installation
  try {
    const dirtyTenants = createDirtyTenantRepository(main)
    let events = await defineEventLogRepository(tables)(main.sql).rewind()
    for await (const tenant of everyActiveTenant(createTenantRepository(main))) {
      const rewound = await router.withTenant(tenant, (store) => store.eventLog.rewind())
      if (rewound > 0) await dirtyTenants.mark(tenant.id)
      events += rewound
    }
    if (events > 0) onProgress(`The embedded broker starts empty: publishing ${events} recent events again`)
  } finally {
    await installation.close()
  }
}
