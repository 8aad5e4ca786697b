import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import rdkafka from 'node-rdkafka'
import { clientConfig, connect, disconnect } from '../../plugins/messaging/kafka-client.js'
import { onFreePorts } from '../embedded/ports.js'

const START_MS = 300_000
const STOP_MS = 30_000
const RETRY_MS = 200
/** A small heap and a quick start; no broker here runs long enough to need the second compiler (C2). */
const JVM = ['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']

/** A Kafka broker with one node, in KRaft mode, that keeps its data when it is killed and restarted. */
export interface RealKafka {
  /** host:port; unchanged after a restart. */
  brokers: string
  /** Restarts it after it was stopped or killed, and waits until it answers. */
  start(): Promise<void>
  /** SIGTERM, and SIGKILL after 30 s. */
  stop(): Promise<void>
  /** kill -9 */
  kill(): Promise<void>
}

/** A second listener, with TLS and an account. */
export interface SecureListener {
  /** The broker's key (PKCS #8) and certificate in one PEM. */
  keystore: string
  username: string
  password: string
}

type StartedKafka = RealKafka & { secureBrokers: string }

/**
 * Starts a new broker on free ports and waits until it answers.
 * @param jars the folder of {@link downloadKafka}
 * @param folder for its data; existing content is removed
 * @param secure an additional listener with SASL over TLS, whose address is `secureBrokers`
 * https://kafka.apache.org/documentation/#kraft_config
 */
export function startKafka(jars: string, folder: string, secure?: SecureListener): Promise<StartedKafka> {
  return onFreePorts(3, async (ports) => {
    rmSync(folder, { recursive: true, force: true })
    const kafka = await createKafka(jars, folder, ports, secure)
    await kafka.start().catch(async (error: unknown) => {
      await kafka.kill()
      throw error
    })
    return kafka
  })
}

/** Formats a data folder for a broker that is not started yet. */
async function createKafka(
  jars: string,
  folder: string,
  [port = 0, controller = 0, securePort = 0]: number[],
  secure: SecureListener | undefined
): Promise<StartedKafka> {
  mkdirSync(folder, { recursive: true })
  const brokers = `127.0.0.1:${port}`
  const settings = join(folder, 'server.properties')
  const secureBrokers = `127.0.0.1:${securePort}`
  const plain = properties(port, controller, join(folder, 'data'))
  writeFileSync(settings, plain + (secure ? secureProperties(secure, plain, secureBrokers, folder) : ''))
  const java = (mainClass: string, ...args: string[]) => [...JVM, '-cp', join(jars, '*'), mainClass, ...args]
  // Any 16 bytes in base64.
  const format = ['format', '--cluster-id', 'c3Ryb25ncm9vbS10ZXN0cw', '--standalone', '--config', settings]
  const scram =
    secure &&
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      scramAccount(mechanism, secure)
    ])
  await promisify(execFile)('java', java('kafka.tools.StorageTool', ...format, ...(scram ?? [])))

  let child: ChildProcess | undefined
  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    const late = setTimeout(() => child?.kill('SIGKILL'), STOP_MS)
    await exited
    clearTimeout(late)
  }

  return {
    brokers,
    secureBrokers,
    async start() {
      child = spawn('java', java('kafka.Kafka', settings), { stdio: ['ignore', 'pipe', 'pipe'] })
      const log = createWriteStream(join(folder, 'kafka.log'), { flags: 'a' })
      child.stdout?.pipe(log)
      child.stderr?.pipe(log, { end: false })
      await answering(brokers, child, folder)
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL')
  }
}

async function answering(brokers: string, child: ChildProcess, folder: string): Promise<void> {
  const end = performance.now() + START_MS
  while (performance.now() < end) {
    if (child.exitCode !== null) break
    const client = new rdkafka.Producer(clientConfig({ brokers }, 'strongroom-start'))
    client.on('event.error', () => undefined)
    const answers = await connect(client).then(
      () => true,
      () => false
    )
    await disconnect(client)
    if (answers) return
    await delay(RETRY_MS)
  }
  throw new Error(`Kafka did not start; see ${join(folder, 'kafka.log')}`)
}

function properties(port: number, controllerPort: number, data: string): string {
  const controller = `127.0.0.1:${controllerPort}`
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.bootstrap.servers': controller,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': data,
    'num.partitions': 4,
    // A single node can hold only one replica.
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // A group starts without waiting for further members.
    'group.initial.rebalance.delay.ms': 0,
    // The broker notices a lost consumer of a test as early as the embedded broker does.
    'group.min.session.timeout.ms': 1_000
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

const scramAccount = (mechanism: string, { username, password }: SecureListener) =>
  `${mechanism}=[name=${username},password=${password}]`

/** If a setting is repeated in a file, Kafka uses the last one. https://kafka.apache.org/documentation/#security */
function secureProperties(
  { keystore, username, password }: SecureListener,
  plain: string,
  address: string,
  folder: string
): string {
  const file = join(folder, 'keystore.pem')
  writeFileSync(file, keystore, { mode: 0o600 })
  const lines = plain.split('\n')
  const added = (name: string) =>
    `${lines.find((line) => line.startsWith(`${name}=`)) ?? `${name}=`},SASL_SSL://${address}\n`
  const module = 'org.apache.kafka.common.security'
  const account = `username="${username}" password="${password}" user_${username}="${password}"`
  return [
    added('listeners'),
    added('advertised.listeners'),
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL\n',
    'ssl.keystore.type=PEM\n',
    `ssl.keystore.location=${file}\n`,
    'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512\n',
    `listener.name.sasl_ssl.plain.sasl.jaas.config=${module}.plain.PlainLoginModule required ${account};\n`,
    ...['256', '512'].map(
      (bits) =>
        `listener.name.sasl_ssl.scram-sha-${bits}.sasl.jaas.config=${module}.scram.ScramLoginModule required;\n`
    )
  ].join('')
}
