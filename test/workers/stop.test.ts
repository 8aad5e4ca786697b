import { once } from 'node:events'
import { spawn } from 'node:child_process'
import t from 'tap'
import { program } from '../../scripts/program.js'
import { createTenant, signUp, startApi, uploaded } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'

// Longer than the test, so that only events trigger work.
const { config, environment, tenantSql } = await createInstallation(t, { SWEEP_INTERVAL: '3600' })
const { url } = await startApi(t, config)
const ada = await signUp(url)
const tenant = await createTenant(ada)
const rows = tenantSql(tenant.database_name)
const files = async () => (await rows`select 1 from files`).length

function startWorker() {
  const worker = spawn(process.execPath, program('workers/main'), {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc']
  })
  t.teardown(() => worker.kill('SIGKILL'))
  return worker
}

t.test('a worker that is stopped in the middle of its work loses nothing', async (t) => {
  const documents = []
  for (let n = 0; n < 40; n++) documents.push(await uploaded(ada, tenant.id, `number ${n}`))
  const worker = startWorker()
  await once(worker, 'message')
  for (const { id } of documents) await ada.delete(`/api/tenants/${tenant.id}/documents/${id}`)
  await until(async () => (await files()) < documents.length)
  worker.kill('SIGTERM')
  // 0 means that it stopped in time; after its timeout, close-with-grace would exit with 1.
  t.same(await once(worker, 'exit'), [0, null])

  const successor = startWorker()
  await until(async () => (await files()) === 0)
  successor.kill('SIGTERM')
  t.same(await once(successor, 'exit'), [0, null])
})
