/** Runs a command with a real Kafka and a real S3 server, which it downloads and starts first. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { downloadKafka } from './real/kafka-download.js'
import { startKafka } from './real/kafka.js'
import { buildS3Server, startS3Server } from './real/s3-server.js'
import { MissingToolError } from './real/tools.js'

const HELP = `Usage: npm run with-real-services -- <command> [arguments]

Fetches Apache Kafka (needs Java 17 and Maven) and the S3 server versitygw (needs Go) into
~/.cache/strongroom, starts both on free ports, runs the command with TEST_KAFKA_BROKERS and
TEST_S3_ENDPOINT (and its keys, and TEST_KAFKA_JARS), and stops them. Exits as the command does, or with 77 if this
machine can run neither server.`

/** The exit code by which automake's tests say "skipped". */
const SKIPPED = 77
const say = (line: string) => console.log(line)

interface Running {
  environment: Record<string, string>
  stop(): Promise<void>
}

/** Starts a server. @returns undefined, after a conspicuous warning, if this machine lacks a tool for it */
async function unlessMissing(name: string, start: () => Promise<Running>): Promise<Running | undefined> {
  try {
    const running = await start()
    say(`${name} runs: ${Object.values(running.environment)[0] ?? ''}`)
    return running
  } catch (error) {
    if (!(error instanceof MissingToolError)) throw error
    console.error(`\n!!! ${name} IS NOT TESTED: ${error.message}.\n`)
    return undefined
  }
}

async function kafka(folder: string): Promise<Running> {
  const jars = await downloadKafka(say)
  const server = await startKafka(jars, join(folder, 'kafka'))
  // With the jars, a test can start its own broker in order to kill it.
  const environment = { TEST_KAFKA_BROKERS: server.brokers, TEST_KAFKA_JARS: jars }
  return { environment, stop: () => server.stop() }
}

const s3 = async (folder: string) => startS3Server(await buildS3Server(say), join(folder, 's3'))

async function main([command, ...args]: string[]): Promise<number> {
  if (command === undefined || command === '--help' || command === '-h') {
    say(HELP)
    return command === undefined ? 2 : 0
  }
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-real-'))
  const running: Running[] = []
  try {
    for (const [name, start] of [['Apache Kafka', kafka] as const, ['The S3 server', s3] as const]) {
      const service = await unlessMissing(name, () => start(folder))
      if (service !== undefined) running.push(service)
    }
    if (running.length === 0) return SKIPPED
    const environment = Object.assign({}, process.env, ...running.map((one) => one.environment)) as object
    const child = spawn(command, args, { stdio: 'inherit', env: { ...environment } })
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => child.kill(signal))
    await once(child, 'exit')
    return child.exitCode ?? 1
  } catch (error) {
    console.error(error)
    return 1
  } finally {
    await Promise.all(running.map((service) => service.stop()))
    rmSync(folder, { recursive: true, force: true })
  }
}

process.exit(await main(process.argv.slice(2)))
