import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Test } from 'tap'
import { program } from '../../scripts/program.js'
import { createTenant, signUp, startApi, uploaded } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startReceiver } from './receiver.js'

/**
 * Kills the worker `kills` times while it delivers, and checks that every event arrives, and is repeated only after a
 * kill. Ends the leases of killed workers at once instead of waiting a minute.
 */
export async function killWorkers(t: Test, { kills }: { kills: number }): Promise<void> {
  const { config, environment, sql, tenantSql } = await createInstallation(t, {
    WEBHOOK_ALLOW_HTTP: 'true',
    WEBHOOK_ALLOW_NETWORKS: '127.0.0.0/8',
    // Workers start faster without a broker, which webhooks do not need.
    EVENTS: 'internal',
    KAFKA_BROKERS: ''
  })
  const { url } = await startApi(t, config)
  const admin = await signUp(url, 'admin')
  const tenant = await createTenant(admin)
  const receiver = await startReceiver(t)
  let life = 0
  const lives: number[] = []
  receiver.answer = (response) => {
    lives.push(life)
    setTimeout(() => response.end(), Math.random() * 30)
  }
  await admin.send('POST', `/api/tenants/${tenant.id}/webhooks`, {
    url: receiver.url,
    event_types: ['document.uploaded']
  })

  function start(): ChildProcess {
    life += 1
    const env = { PATH: process.env['PATH'], ...environment }
    const child = spawn(process.execPath, program('workers/main'), { env, stdio: 'ignore' })
    t.teardown(() => child.kill('SIGKILL'))
    return child
  }

  for (let kill = 0; kill < kills; kill++) {
    const worker = start()
    // Counted before the uploads: the worker may deliver some of them before the last.
    const enough = receiver.messages.length + 1 + Math.floor(Math.random() * 5)
    for (let n = 0; n < 5; n++) await uploaded(admin, tenant.id, `content ${kill} ${n}`)
    await until(async () => receiver.messages.length >= enough)
    worker.kill('SIGKILL')
    await once(worker, 'exit')
    await sql`update webhook_endpoints set leased_until = now() where leased_until is not null`
  }
  const last = start()
  const db = tenantSql(tenant.database_name)
  const missing = async () => {
    const rows = await db<{ event_id: string }[]>`
      select event_id from events where event_type = 'document.uploaded'`
    const come = new Set(receiver.messages.map(({ headers }) => headers['webhook-id']))
    return { logged: rows.length, missing: rows.filter(({ event_id }) => !come.has(event_id)).length }
  }
  await until(async () => {
    const { logged, missing: open } = await missing()
    return logged === kills * 5 && open === 0
  })
  last.kill('SIGKILL')
  await once(last, 'exit')
  const seen = new Map<string, number>()
  receiver.messages.forEach(({ headers }, index) => {
    const id = headers['webhook-id'] ?? ''
    if (seen.has(id)) t.not(seen.get(id), lives[index], 'an event is repeated only after a kill')
    seen.set(id, lives[index] ?? 0)
  })
  t.equal(seen.size, kills * 5, 'every event arrived')
  t.comment(
    `${receiver.messages.length - seen.size} of ${receiver.messages.length} messages were repetitions`
  )
}
