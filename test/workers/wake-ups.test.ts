import t from 'tap'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { waitingEvents } from '../helpers/committed-events.js'
import { logEvents, notifyOf, times } from '../helpers/event-log.js'
import { createInstallation } from '../helpers/installation.js'
import { startPostgresFront } from '../helpers/postgres-front.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'

t.test('a worker without Kafka replaces a connection that never began, or only looks alive', async (t) => {
  const { configWith, sql, tenantSql } = await createInstallation(t)
  const config = configWith({ EVENTS: 'internal', KAFKA_BROKERS: '' })
  const { url } = await startApi(t, config)
  const tenant = await createTenant(await signUp(url))
  const db = tenantSql(tenant.database_name)
  const isDone = async () => (await waitingEvents(db)) === 0
  const front = await startPostgresFront(t, config.database.url)
  front.stop()
  await startWorker(t, { ...config, database: { ...config.database, directUrl: front.url } })

  const isWoken = async () => {
    await until(async () => (await isDone()) && (await waitingEvents(sql)) === 0)
    // Without a mark, no sweep finds the next event.
    await sql`delete from dirty_tenants`
    await logEvents(db, times(1))
    await until(async () => {
      await notifyOf(sql, tenant.id)
      return isDone()
    })
  }
  front.start()
  await isWoken()
  front.freeze()
  await isWoken()
})
