/** `npm run test:crash`: the crash test at full size, on its own PostgreSQL and Apache Kafka. */
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { SingleBar } from 'cli-progress'
import { prepareMainDatabase } from '../../db/prepare-main-database.js'
import { startServices } from '../../scripts/embedded/start-services.js'
import { downloadKafka } from '../../scripts/real/kafka-download.js'
import { loadConfig } from '../../core/config/config.js'
import { startKafka } from '../../scripts/real/kafka.js'
import { crash, type CrashReport } from './crashes.js'

const HELP = `Usage: npm run test:crash [-- options]

Runs uploads and deletions while the API, two workers and the Kafka broker are killed (-9) and restarted, then
compares the committed rows with the events in Kafka: none lost, none invented, all in order per topic and tenant,
each handled exactly once. The relay runs in the API and in the workers. Needs Java 17 and Maven. Exits with 1 if
anything is wrong.

  --kills N     number of kills (default: 200)
  --tenants N   number of tenants, each with one client (default: 8)
  --seed N      the same seed kills the same processes after the same pauses (default: random)
  --help        this text`

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    tenants: { type: 'string', default: '8' },
    seed: { type: 'string', default: String(randomBytes(2).readUInt16LE()) },
    help: { type: 'boolean', short: 'h', default: false }
  }
})
const say = (line: string) => console.log(line)
const kills = Number(values.kills)

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-crash-'))
  chmodSync(folder, 0o711)
  const services = await startServices({
    postgres: true,
    broker: false,
    dataDir: join(folder, 'services'),
    removeAfter: true
  })
  const kafka = await startKafka(await downloadKafka(say), join(folder, 'kafka'))
  const bar = new SingleBar({
    format: '{bar} {value}/{total} kills  {victim}',
    noTTYOutput: true,
    notTTYSchedule: 10_000
  })
  try {
    const environment = {
      DATABASE_URL: services.databaseUrl('crash'),
      KAFKA_BROKERS: kafka.brokers,
      DATA_DIR: join(folder, 'data'),
      JWT_SECRET: randomBytes(32).toString('hex'),
      SECRETS_KEY: randomBytes(32).toString('base64'),
      TENANT_ROLE_SECRET: randomBytes(32).toString('hex'),
      JWT_ACCESS_TTL: '86400',
      PASSWORD_HASH_MEMORY_KIB: '7168',
      PASSWORD_HASH_ITERATIONS: '1',
      SWEEP_INTERVAL: '5',
      LOG_LEVEL: 'fatal',
      PORT: '0',
      WORKER_PORT: '0'
    }
    mkdirSync(environment.DATA_DIR)
    await prepareMainDatabase(loadConfig(environment), say)
    const report = await crash({
      seed: Number(values.seed),
      kills,
      tenants: Number(values.tenants),
      environment,
      broker: { name: 'broker', ...kafka },
      onKill: (count, victim) => {
        if (count <= 2) bar.start(kills, count, { victim })
        bar.update(count, { victim })
        if (count >= kills) bar.stop()
      },
      say
    })
    return tell(report)
  } finally {
    bar.stop()
    await kafka.kill()
    await services.stop('immediate')
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @returns the exit code */
function tell(report: CrashReport): number {
  const { lost, phantom, disorder, effects, log, deadLetters } = report
  const killed = Object.entries(report.killed).map(([name, count]) => `${name} ${count}`)
  say(`killed         ${killed.join(', ')}`)
  say(`requests       ${report.acknowledged} acknowledged, ${report.unknown} without an answer or refused`)
  say(`events         ${report.committed} committed, ${report.repeated} repeated deliveries`)
  for (const [name, lines] of Object.entries({ lost, phantom, disorder, effects, log })) {
    say(`${name.padEnd(14)} ${lines.length}`)
    for (const line of lines.slice(0, 20)) say(`  ${line}`)
  }
  say(`dead letters   ${deadLetters}`)
  return lost.length + phantom.length + disorder.length + effects.length + log.length + deadLetters === 0
    ? 0
    : 1
}

if (values.help) {
  say(HELP)
  process.exit(0)
}
process.exit(await main())
