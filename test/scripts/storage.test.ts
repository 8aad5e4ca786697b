import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { NIL_UUID } from '../../core/uuid.js'
import type { OutboxEvent } from '../../db/stored-event.js'
import { tenantEvent } from '../../plugins/messaging/tenant-events.js'
import { program } from '../../scripts/program.js'
import { uploaded } from '../helpers/api.js'
import { committedEvents } from '../helpers/committed-events.js'
import { startUploads } from '../routes/uploads.js'

const { installation, admin, tenant, db, objects } = await startUploads(t)
const root = join(installation.config.dataDir, 'objects')

async function storage(...args: string[]) {
  const child = spawn(process.execPath, [...program('scripts/storage'), ...args], {
    env: { ...process.env, ...installation.environment },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: child.exitCode, out, err }
}

void t.test('wrong usage is explained', async (t) => {
  const help = await storage('--help')
  t.match(help, { code: 0, err: '' })
  for (const word of ['check', '--repair', 'limits', 'recount', '--tenant'])
    t.ok(help.out.includes(word), word)
  t.match(await storage('bogus'), { code: 2, err: /There is no command "bogus"/ })
  t.match(await storage('limits', '--tenant', tenant.id, '--bytes', 'many'), {
    code: 2,
    err: /--bytes must be/
  })
})

void t.test('check reports lost and stray objects, and repairs what it can', async (t) => {
  const whole = await uploaded(admin, tenant.id, 'whole')
  const lost = await uploaded(admin, tenant.id, 'lost')
  const longer = await uploaded(admin, tenant.id, 'longer')
  t.match(await storage('check'), { code: 0, out: /3 files, 3 objects.*\n.*nothing is wrong/ })

  await rm(join(root, lost.file.s3_path))
  await appendFile(join(root, longer.file.s3_path), '!')
  const stray = `tenants/${tenant.id}/files/2020/01/stray`
  await mkdir(dirname(join(root, stray)), { recursive: true })
  await writeFile(join(root, stray), 'x')
  await writeFile(join(root, '.tmp', `${stray.replace('stray', 'part').replaceAll('/', '~')}@00ff`), 'x')
  const found = await storage('check', '--tenant', tenant.id)
  t.equal(found.code, 1)
  for (const line of [
    `missing      ${lost.file.s3_path}`,
    `wrong size   ${longer.file.s3_path}`,
    `stray object ${stray}`,
    `stray upload ${stray.replace('stray', 'part')}`
  ]) {
    t.ok(found.out.includes(`  ${line}\n`), line)
  }
  t.equal((await objects()).length, 4, 'nothing was changed')

  t.equal((await storage('check', '--repair')).code, 1, 'lost bytes cannot be restored')
  t.equal((await objects()).length, 2)
  const rows = await db`select id, verification from files where verification is not null`
  t.same(
    new Map(rows.map((row) => [row['id'] as string, row['verification'] as string])),
    new Map([
      [lost.file_id, 'missing'],
      [longer.file_id, 'damaged']
    ])
  )
  for (const content of ['lost', 'longer']) await uploaded(admin, tenant.id, content)
  t.match(await storage('check'), { code: 0, out: /3 files, 3 objects|3 files, 4 objects/ })
  t.equal((await admin.get(`/api/tenants/${tenant.id}/files/${whole.file_id}`)).status, 200)
})

void t.test('limits are shown and set, and usage is recounted', async (t) => {
  const set = await storage('limits', '--tenant', tenant.id, '--documents', '7', '--bytes', 'none')
  t.match(set, { code: 0, out: /5 documents \(limit: 7\), 3 files, 15 bytes \(limit: none\)/ })
  const entries = await db<OutboxEvent[]>`
    select event_id, event_type, user_id, to_json(timestamp) as timestamp, data from ${committedEvents(db)}
    where event_type = 'audit.log'`
  const about = ({ data }: OutboxEvent) => (data as { action?: unknown }).action
  t.ok(entries.some((entry) => about(entry) === 'tenant.limits_changed'))
  for (const entry of entries) t.doesNotThrow(() => tenantEvent(entry, tenant.id), String(about(entry)))
  const limits = entries.find((entry) => about(entry) === 'tenant.limits_changed') as OutboxEvent
  for (const forged of [{ target: { type: 'tenant', id: NIL_UUID } }, { action: 'tenant.purged' }])
    t.throws(() => tenantEvent({ ...limits, data: { ...limits.data, ...forged } }, tenant.id))
  await db`update usage set documents = 77`
  t.match(await storage('recount'), { code: 0, out: /5 documents, 3 files, 15 bytes \(was \d+, 3, 15\)/ })
})
