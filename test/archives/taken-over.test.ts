import { randomUUID } from 'node:crypto'
import t from 'tap'
import type { Tenant } from '../../db/main/tenants-repository.js'
import { createTenantArchiveRepository } from '../../db/main/tenant-archive-repository.js'
import { openInstallation } from '../../scripts/operator/installation.js'
import { createBackgroundExporter } from '../../src/services/exports/background-exporter.js'
import { createObjectRemoval } from '../../src/services/files/object-removal.js'
import { until } from '../helpers/until.js'
import { startUploads } from '../routes/uploads.js'

void t.test('an export whose archive comes after its key was forgotten removes the archive', async (t) => {
  const { installation, admin, tenant, db, objects } = await startUploads(t)
  const opened = openInstallation(installation.config)
  t.teardown(() => opened.close())
  const { router, change, main } = opened
  const storage = await opened.storage()
  const written: string[][] = []
  const exporter = createBackgroundExporter({
    ...{ router, change, hasMail: false, archives: createTenantArchiveRepository(main) },
    removal: createObjectRemoval({ router, storage, onPostponed: (error) => t.fail(String(error)) }),
    storage: {
      of: (ref) => ({
        ...storage.of(ref),
        // Meanwhile, another worker takes over the export, and the sweeper removes the key.
        putStream: async (...given) => {
          await db`update exports set lease_owner = gen_random_uuid()`
          await db`delete from pending_objects`
          await storage.of(ref).putStream(...given)
          written.push(await objects())
        }
      })
    },
    log: { info: () => t.fail('it is not made'), warn: (_fields, message) => t.fail(message) }
  })
  const id = randomUUID()
  await db`insert into exports (id, user_id) values (${id}, ${admin.userId})`
  t.teardown(() => exporter.close())
  await exporter.sweep(tenant as unknown as Tenant)
  await until(async () => written.length > 0 && (await objects()).length === 0)
  t.match(written, [[/\.tar$/]], 'the archive was there')
  const known =
    await db`select state, deadline > now() + interval '5 minutes' as "isLate" from pending_objects`
  t.same([...known], [{ state: 'delete', isLate: true }], 'and is removed again if it is still to come')
})
