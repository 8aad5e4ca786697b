// Restores tenants, each up to its own step, and waits there to be killed: `restorers TENANT=STEP=ARCHIVE …`
import { readFile } from 'node:fs/promises'
import { loadConfig } from '../../core/config/config.js'
import { createHashing } from '../../plugins/hashing/hashing.js'
import { openInstallation } from '../../scripts/operator/installation.js'
import { movingOf } from '../../scripts/tenants/moving.js'
import { createTenantRestore } from '../../src/services/archives/restore-tenant.js'
import { createTenantAdministration } from '../../db/main/tenant-administration.js'
import { HALF_STORED } from './steps.js'

const installation = openInstallation(loadConfig(process.env))
const service = createTenantRestore({
  ...{ moving: movingOf(installation), router: installation.router, hashing: createHashing() },
  storage: await installation.storage()
})
const tenants = createTenantAdministration(installation.main)

/** Keeps the waiting restores referenced: otherwise they would be garbage-collected, and their files closed. */
const waiting: unknown[] = []

async function restore(tenantId: string, last: string, archive: string): Promise<void> {
  const tenant = await tenants.findById(tenantId)
  if (tenant === null) throw new Error('There is no such tenant')
  const bytes = await readFile(archive)
  const reach = async () => {
    process.stdout.write(`${last}\n`)
    await new Promise((resolve) => waiting.push(resolve))
  }
  async function* whole() {
    yield bytes
  }
  /** The archive up to the middle of its last object, so without the tables and sums that follow. */
  async function* half() {
    yield bytes.subarray(0, bytes.lastIndexOf('objects/') + 600)
    await reach()
  }
  const { manifest } = await service.plan(tenant, whole)
  await service.restore(tenant, last === HALF_STORED ? half : whole, manifest, {
    async onStep(step) {
      if (step === last) await reach()
    }
  })
}

for (const argument of process.argv.slice(2)) {
  const [tenantId = '', last = '', archive = ''] = argument.split('=')
  restore(tenantId, last, archive).catch((error: unknown) => {
    console.error(error)
    process.exit(1)
  })
}
