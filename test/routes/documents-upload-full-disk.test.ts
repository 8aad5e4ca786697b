import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { refused } from '../helpers/api.js'
import { startUploads } from './uploads.js'

const MIB = 1024 * 1024
const skip =
  process.getuid?.() === 0 && process.platform === 'linux' ? false : 'only root may mount a small disk'

void t.test(
  'uploads to a full disk are refused and leave nothing, and later ones succeed',
  { skip },
  async (t) => {
    const disk = mkdtempSync(join(tmpdir(), 'strongroom-full-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=11m', 'tmpfs', disk])
    // Runs last, when nothing uses the disk.
    t.teardown(() => {
      execFileSync('umount', [disk])
      rmSync(disk, { recursive: true })
    })
    const { admin, tenant, path, leavesNothing, db, objects } = await startUploads(t, { DATA_DIR: disk })
    const first = await admin.upload(tenant.id, Buffer.alloc(7 * MIB, 'fits'))
    t.equal(first.status, 201)
    await leavesNothing(t, 'full', async () => {
      refused(t, await admin.upload(tenant.id, Buffer.alloc(7 * MIB, 'streamed')), 'STORAGE_UNAVAILABLE')
      refused(t, await admin.upload(tenant.id, Buffer.alloc(5 * MIB - 1, 'held')), 'STORAGE_UNAVAILABLE')
    })
    t.equal((await objects()).length, 1)
    t.same(
      (await db`select state from pending_objects`).map((row) => row['state'] as string),
      ['delete', 'delete'],
      'the keys are on record for the sweeper'
    )
    t.equal((await admin.get(`${path}/${first.body.data.id}`)).status, 200)
    await admin.delete(`${path}/${first.body.data.id}`)
    await admin.delete(`/api/tenants/${tenant.id}/files/${first.body.data.file_id}`)
    t.equal((await admin.upload(tenant.id, Buffer.alloc(7 * MIB, 'streamed'))).status, 201)
  }
)
