import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { startKafka } from '../../scripts/real/kafka.js'
import { createInstallation } from '../helpers/installation.js'
import { testServices } from '../helpers/services.js'
import { crash } from './crashes.js'

/**
 * A Kafka that keeps its data, if there is one to start (TEST_KAFKA_JARS): then the broker is killed too. The embedded
 * broker loses its topics with its process, so it is not killed.
 */
async function ownKafka() {
  const jars = process.env['TEST_KAFKA_JARS']
  if (!jars) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-crash-'))
  const kafka = await startKafka(jars, join(folder, 'kafka'))
  t.teardown(async () => {
    await kafka.kill()
    rmSync(folder, { recursive: true, force: true })
  })
  return { name: 'broker', ...kafka }
}

const broker = await ownKafka()
const { environment } = await createInstallation(t, {
  KAFKA_BROKERS: broker?.brokers ?? testServices().brokers,
  JWT_ACCESS_TTL: '86400',
  SWEEP_INTERVAL: '1',
  LOG_LEVEL: 'fatal'
})

t.test('processes are killed under load: no event is lost, invented or out of order', async (t) => {
  const report = await crash({
    seed: 1,
    kills: broker ? 5 : 3,
    tenants: 2,
    environment,
    ...(broker && { broker }),
    say: (line) => t.comment(line)
  })
  const { lost, phantom, disorder, effects, log, deadLetters, committed, acknowledged, ...rest } = report
  t.same(
    { lost, phantom, disorder, effects, log, deadLetters },
    { lost: [], phantom: [], disorder: [], effects: [], log: [], deadLetters: 0 }
  )
  t.ok(committed > 0 && acknowledged > 0)
  t.comment({ committed, acknowledged, ...rest })
})
