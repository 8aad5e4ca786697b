import { createClient } from '../../db/client.js'
import { createDirtyTenantRepository } from '../../db/main/dirty-tenants-repository.js'
import { createTenancyRecords } from '../../db/main/tenancy-records.js'
import { createTenantRepository, type Tenant } from '../../db/main/tenants-repository.js'
import { createOutboxes, type Outboxes } from '../../plugins/messaging/outboxes.js'
import { createStorage } from '../../plugins/storage/create-storage.js'
import { confineToTenants, type StorageOfTenants } from '../../plugins/storage/tenant-storage.js'
import type { TenancyAdapter } from '../../plugins/tenancy/adapter.js'
import { createTenancy } from '../../plugins/tenancy/create-tenancy.js'
import type { Config } from '../../core/config/config.js'
import { printable } from '../operator/printable.js'
import { recordCommand } from '../operator/record-command.js'
import { UsageError, warn } from '../operator/run.js'
import { everyActiveTenant } from '../../workers/every-tenant.js'

/** What the commands work on. */
export interface Installation {
  config: Config
  tenancy: TenancyAdapter
  storage: StorageOfTenants
  outboxes: Outboxes
  /**
   * The tenant with this id, or every tenant that is ready.
   * @throws a UsageError if there is no such tenant
   */
  tenants(id: string | undefined): AsyncGenerator<Tenant>
  /** Records in the audit log that a command is run; see {@link recordCommand}. */
  record(command: string, args: string[]): Promise<void>
  close(): Promise<void>
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Does not connect yet. */
export async function openInstallation(config: Config): Promise<Installation> {
  const main = createClient(config.database, { max: 2, applicationName: 'strongroom-storage' })
  const tenancy = createTenancy(config, createTenancyRecords(main), warn)
  const objects = await createStorage(config, () => config.http.publicUrl ?? '')
  const repository = createTenantRepository(main)
  return {
    config,
    tenancy,
    storage: confineToTenants(objects, (tenantId, key) =>
      console.error(
        `The database of tenant ${tenantId} names ${printable(key)}, which does not belong to it; the object was left alone`
      )
    ),
    // The worker's relay finds the mark.
    outboxes: createOutboxes(createDirtyTenantRepository(main), () => undefined),
    async *tenants(id) {
      if (id === undefined) {
        yield* everyActiveTenant(repository)
        return
      }
      const tenant = UUID.test(id) ? await repository.findById(id) : null
      if (tenant?.status !== 'active')
        throw new UsageError(`No tenant ${id} is ready; npm run tenants -- list shows all of them.`)
      yield tenant
    },
    record: (command, args) => recordCommand(main, command, args),
    async close() {
      objects.close()
      await tenancy.close()
      await main.close()
    }
  }
}
