/** How many events a second go from the committed row to the end of the handler, and how long one takes. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startServices } from '../scripts/embedded/start-services.js'
import { program } from '../scripts/program.js'
import { downloadKafka } from '../scripts/real/kafka-download.js'
import { createKafka } from '../scripts/real/kafka.js'
import { Api } from './events/api.js'
import { summaryOf } from './events/summary.js'
import type { FromWorker } from './events/worker.js'

const HELP = `Usage: node --import tsx bench/events.ts [options]

Starts a PostgreSQL and a Kafka, an API side (outboxes, relay, producer) and a worker (consumer), each a
process of its own. Writes events like uploads do, three to a commit, into the outboxes of many tenants, and
counts what comes out of the handlers, which parse the event and check its order.
  drain       how fast a backlog is relayed and handled
  steady      events written at --rate: what is handled meanwhile, and how late
  poison      the backlog again, with 1 in 100 events that cannot be parsed and become dead letters

  --tenants N    (50)
  --backlog N    events of the backlog (60000)
  --rate N       events per second of the first steady run (3000); the second has half of it
  --seconds N    length of a steady run (20)
  --embedded     use the embedded broker instead of Apache Kafka
  --help         this text`

const { values } = parseArgs({
  options: {
    tenants: { type: 'string', default: '50' },
    backlog: { type: 'string', default: '60000' },
    rate: { type: 'string', default: '3000' },
    seconds: { type: 'string', default: '20' },
    embedded: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false }
  }
})
const say = (line: string) => console.log(line)

async function main(): Promise<void> {
  const [backlog, rate, seconds] = [Number(values.backlog), Number(values.rate), Number(values.seconds)]
  const dataDir = mkdtempSync(join(tmpdir(), 'strongroom-bench-'))
  chmodSync(dataDir, 0o711)
  const services = await startServices({
    postgres: true,
    broker: values.embedded,
    dataDir: join(dataDir, 'services'),
    settings: { max_connections: '300' },
    removeAfter: true
  })
  const kafka = values.embedded
    ? undefined
    : await createKafka(await downloadKafka(say), join(dataDir, 'kafka'))
  await kafka?.start()
  const environment = {
    DATABASE_URL: services.databaseUrl('bench'),
    KAFKA_BROKERS: kafka?.brokers ?? String(services.brokers),
    KAFKA_GROUP_ID: randomUUID(),
    DATA_DIR: join(dataDir, 'data'),
    JWT_SECRET: randomUUID() + randomUUID(),
    TENANT_ROLE_SECRET: randomUUID() + randomUUID(),
    TENANT_MAX_CONNECTIONS: '200',
    LOG_LEVEL: 'error'
  }
  const api = await Api.start(environment, Number(values.tenants), say)
  const worker = startWorker(environment)
  try {
    await worker.ready
    // The first events of a process meet cold code everywhere.
    await drain(3_000)
    await worker.report()

    const clean = await drain(backlog)
    say(`drain    ${clean.toFixed(0)} events/s (${backlog} events)`)
    await worker.report()
    for (const target of [rate, rate / 2]) say(await steady(target))
    const poisoned = await drain(backlog, 0.01)
    say(`poison   ${poisoned.toFixed(0)} events/s, ${worker.deadLettered} dead letters`)
    say(`         ${((1 - poisoned / clean) * 100).toFixed(1)} % slower than without`)
    say(`order    ${(await worker.report()).disorder} events out of the order of their tenant`)
  } finally {
    worker.stop()
    await api.close()
    await kafka?.kill()
    await services.stop('immediate')
  }

  /** Events per second from the relay's first look to the last handler. */
  async function drain(count: number, poison = 0): Promise<number> {
    const before = worker.done()
    await api.fill(count, poison)
    const start = performance.now()
    api.relayAll()
    await worker.reached(before + count)
    return (count / (performance.now() - start)) * 1000
  }

  async function steady(target: number): Promise<string> {
    const before = worker.done()
    const start = performance.now()
    const written = await api.write(target, seconds)
    const handledMeanwhile = worker.done() - before
    const took = (performance.now() - start) / 1000
    await worker.reached(before + written)
    const { lags } = await worker.report()
    return `steady   ${(written / took).toFixed(0)} written/s, ${(handledMeanwhile / took).toFixed(0)} handled/s meanwhile; lag ${summaryOf(lags)}`
  }
}

function startWorker(environment: Record<string, string>) {
  const child = spawn(process.execPath, program('bench/events/worker'), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ...environment }
  })
  let counts = { handled: 0, deadLettered: 0 }
  let report: (message: { lags: number[]; disorder: number }) => void = () => undefined
  const ready = new Promise<void>((resolve) => {
    child.on('message', (message: FromWorker) => {
      if (message.type === 'ready') resolve()
      if (message.type === 'progress') counts = message
      if (message.type === 'report') report(message)
    })
  })
  const ended = once(child, 'exit').then(() => {
    throw new Error('The worker ended')
  })
  const done = () => counts.handled + counts.deadLettered
  return {
    ready: Promise.race([ready, ended]),
    done,
    get deadLettered() {
      return counts.deadLettered
    },
    async reached(count: number) {
      while (done() < count) await Promise.race([delay(20), ended])
    },
    report: () =>
      new Promise<{ lags: number[]; disorder: number }>((resolve) => {
        report = resolve
        child.send('report')
      }),
    stop() {
      ended.catch(() => undefined)
      child.kill('SIGKILL')
    }
  }
}

if (values.help) say(HELP)
else await main()
process.exit()
