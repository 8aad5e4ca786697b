import { join, relative } from 'node:path'
import { printable } from '../operator/printable.js'
import type { PostgresAddress } from '../embedded/postgres.js'

export interface Summary {
  url: string
  workerUrl: string
  dataDir: string
  databaseUrl: string
  /** Undefined with EVENTS=internal. */
  brokers: string | undefined
  /** Set if PostgreSQL runs embedded. */
  postgres: PostgresAddress | undefined
  embeddedBroker: boolean
  storage: string
  seconds: number
}

/** The lines shown to the user once everything runs. They contain no password. */
export function summaryLines(summary: Summary): string[] {
  const lines = [
    '',
    `Strongroom is running (started in ${summary.seconds.toFixed(1)} s)`,
    `  API       ${summary.url}`,
    `  Docs      ${summary.url}/docs`,
    `  Worker    ${summary.workerUrl}`,
    `  Data      ${summary.dataDir}`,
    `  Database  ${databaseHint(summary)}`,
    `  Files     ${summary.storage}`,
    `  Kafka     ${summary.brokers ?? 'none: EVENTS=internal'}${summary.embeddedBroker ? ' (embedded, in memory)' : ''}`,
    'Ctrl-C stops everything.',
    ''
  ]
  return lines.map(printable)
}

function databaseHint({ postgres, dataDir, databaseUrl }: Summary): string {
  const { hostname, port, pathname } = new URL(databaseUrl)
  const database = pathname.slice(1)
  if (postgres === undefined) return `${hostname}:${port || '5432'}/${database}`
  const path = join(dataDir, 'postgres.password')
  const near = relative(process.cwd(), path)
  const file = shellWord(near.startsWith('..') ? path : near)
  return `PGPASSWORD=$(cat ${file}) psql -h ${hostname} -p ${port} -U ${postgres.user} ${database}`
}

function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
