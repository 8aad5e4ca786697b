import type { Config } from '../../core/config/config.js'
import { createDirtyTenantRepository } from '../../db/main/dirty-tenants-repository.js'
import { outbox } from '../../db/main/schema.js'
import { createTenantRepository } from '../../db/main/tenants-repository.js'
import { defineOutboxRepository } from '../../db/outbox-repository.js'
import { everyActiveTenant } from '../../workers/every-tenant.js'
import { openInstallation } from '../operator/installation.js'

/**
 * For a broker that lost everything, as the embedded one does whenever it stops: marks the events that OUTBOX_RETENTION
 * kept as unpublished, so that the relays publish them to the new broker. Handlers are idempotent, so handling an event
 * again has no effect.
 * @param onProgress receives a line of text if there was something to publish again
 */
export async function republishRetained(config: Config, onProgress: (line: string) => void): Promise<void> {
  const installation = openInstallation(config)
  const { main, router } = installation
  try {
    const dirtyTenants = createDirtyTenantRepository(main)
    let events = await defineOutboxRepository(outbox)(main.sql).reset()
    for await (const tenant of everyActiveTenant(createTenantRepository(main))) {
      const reset = await router.withTenant(tenant, (store) => store.outbox.reset())
      if (reset > 0) await dirtyTenants.mark(tenant.id)
      events += reset
    }
    if (events > 0) onProgress(`The embedded broker starts empty: publishing ${events} recent events again`)
  } finally {
    await installation.close()
  }
}
