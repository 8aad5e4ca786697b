import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type postgres from 'postgres'
import type rdkafka from 'node-rdkafka'
import { deadLetterTopic, TOPICS } from '../../plugins/messaging/topics.js'
import { readMessages } from '../../scripts/events/read-messages.js'
import type { CommittedEvent } from './ledger.js'
import type { TenantLoad } from './load.js'

/** The problems found, one line of text each, and counts of what was compared. */
export interface Verdict {
  lost: string[]
  phantom: string[]
  disorder: string[]
  effects: string[]
  /** Differences between what was committed and the event logs. */
  log: string[]
  committed: number
  /** Deliveries beyond the first of an event. */
  repeated: number
}

/** Compares the committed events with those in Kafka: none may be lost, invented or out of order. */
export async function checkEvents(
  committed: CommittedEvent[],
  brokers: string,
  prefix: string
): Promise<Omit<Verdict, 'effects' | 'log'> & { deadLetters: number }> {
  const known = new Map(committed.map((event) => [event.event_id, event]))
  const seen = new Set<string>()
  const lastOf = new Map<string, CommittedEvent>()
  const [phantom, disorder]: [string[], string[]] = [[], []]
  let repeated = 0
  const topics = TOPICS.map((type) => prefix + type)
  for await (const message of readMessages({ brokers }, topics)) {
    const id = eventIdOf(message)
    const event = known.get(id)
    if (event === undefined) phantom.push(`${message.topic}: ${id}`)
    else if (seen.has(id)) repeated++
    else {
      const line = `${message.topic} of tenant ${String(event.tenant_id)}, outbox ${event.outbox}`
      const last = lastOf.get(line)
      if (event.tenant_id !== null && last !== undefined && last.sequence > event.sequence)
        disorder.push(`${line}: ${last.sequence} before ${event.sequence}`)
      lastOf.set(line, event)
    }
    seen.add(id)
  }
  const lost = committed.filter(({ event_id }) => !seen.has(event_id)).map((event) => JSON.stringify(event))
  const deadLetters = await countOf(readMessages({ brokers }, topics.map(deadLetterTopic)))
  return { lost, phantom, disorder, committed: committed.length, repeated, deadLetters }
}

async function countOf(messages: AsyncGenerator): Promise<number> {
  let count = 0
  while (!(await messages.next()).done) count++
  return count
}

const eventIdOf = ({ value }: rdkafka.Message) => (JSON.parse(String(value)) as { event_id: string }).event_id

/**
 * Compares a tenant's rows and objects with its events and with the answers that its client got: each upload and each
 * deletion must have had its effect exactly once.
 * @param root the folder of the disk storage
 */
export async function checkEffects(
  load: TenantLoad,
  committed: CommittedEvent[],
  sql: postgres.Sql,
  root: string
): Promise<string[]> {
  const problems: string[] = []
  const report = (what: string, ids: Iterable<string>) =>
    problems.push(...[...ids].map((id) => `${load.tenant.name}: ${what}: ${id}`))
  const documentsOf = (type: string) =>
    committed
      .filter(({ event_type, tenant_id }) => event_type === type && tenant_id === load.tenant.id)
      .map(({ data }) => String(data['document_id']))
  const [uploaded, deleted] = [documentsOf('document.uploaded'), documentsOf('document.deleted')]
  report('two events of one upload', twice(uploaded))
  report('two events of one deletion', twice(deleted))

  const documents = await sql<{ id: string; file_id: string }[]>`select id, file_id from documents`
  const files = await sql<{ id: string; s3_path: string }[]>`select id, s3_path from files`
  const pending = await sql<{ s3_path: string }[]>`select s3_path from pending_objects`
  const present = new Set(documents.map(({ id }) => id))
  const expected = new Set(difference(uploaded, new Set(deleted)))
  report('a document without its event', difference(present, expected))
  report('an event without its document', difference(expected, present))
  report('an acknowledged document is missing', difference(load.documents.keys(), present))
  report('a document is still there after an acknowledged deletion', intersection(load.deleted, present))

  const used = new Set(documents.map(({ file_id }) => file_id))
  report(
    'a file that nothing refers to',
    difference(
      files.map(({ id }) => id),
      used
    )
  )
  const kept = new Set([...files, ...pending].map(({ s3_path }) => s3_path))
  report('an object without a row', difference(objectsOf(load.tenant.id, root), kept))
  for (const { s3_path } of files) if (!existsSync(join(root, s3_path))) report('no object', [s3_path])
  for (const { path, content } of load.documents.values()) {
    if (existsSync(join(root, path)) && readFileSync(join(root, path), 'utf8') !== content)
      report('other bytes', [path])
  }
  return problems
}

function objectsOf(tenantId: string, root: string): string[] {
  const folder = join(root, 'tenants', tenantId)
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}

function twice(ids: string[]): string[] {
  const seen = new Set<string>()
  return ids.filter((id) => seen.size === seen.add(id).size)
}
const difference = (ids: Iterable<string>, others: Set<string>) => [...ids].filter((id) => !others.has(id))
const intersection = (ids: Iterable<string>, others: Set<string>) => [...ids].filter((id) => others.has(id))
