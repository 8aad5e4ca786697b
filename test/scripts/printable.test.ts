// Needs a process of its own: it sets environment variables, and a command listens to its signals.
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'node:util'
import t, { type Test } from 'tap'
import { createDeadLetterPublisher } from '../../plugins/messaging/dead-letters.js'
import { createProducer } from '../../plugins/messaging/kafka-producer.js'
import { runEvents } from '../../scripts/events/run.js'
import { printable, printableJson, printableLines } from '../../scripts/operator/printable.js'
import { program } from '../../scripts/program.js'
import { checkStorage } from '../../scripts/storage/check.js'
import { openInstallation } from '../../scripts/operator/installation.js'
import { showLimits } from '../../scripts/storage/limits.js'
import { recount } from '../../scripts/storage/recount.js'
import { remove } from '../../scripts/tenants/delete.js'
import { list } from '../../scripts/tenants/list.js'
import { purge } from '../../scripts/tenants/purge.js'
import { show } from '../../scripts/tenants/show.js'
import { status } from '../../scripts/tenants/status.js'
import { exchange, note } from '../../scripts/tour/print.js'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { silent } from '../messaging/brokers.js'

/** Control characters that erase, colour, reverse or hide text, and forge a line. */
const EVIL =
  'a\u001b[2K\u009b31m\u202etxt\u2066\u200b\u200f\u2028b\r\nFORGED\tline\u0007\u007f\u00ad\ufeff\u3164\u{e0041}'
const UNSAFE = /[^\P{C}\n\t]|[\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|^FORGED/mu

void t.test('unsafe characters are escaped, and nothing else', async (t) => {
  t.equal(printable('Ünïcode 漢字 😀 "quoted" \\'), 'Ünïcode 漢字 😀 "quoted" \\')
  t.equal(printable('\u001b[31m\u202e\n'), '\\u001b[31m\\u202e\\u000a')
  t.equal(printable('\ud800\u{e0041}'), '\\ud800\\udb40\\udc41', 'half a surrogate pair, and a whole one')
  t.notMatch(printable(EVIL), UNSAFE)
  t.equal(printableLines('a\nb\r'), 'a\nb\\u000d')
  const value = { [EVIL]: [EVIL, { deep: EVIL }] }
  for (const indent of [undefined, 2]) {
    t.notMatch(printableJson(value, indent), UNSAFE)
    t.same(JSON.parse(printableJson(value, indent)), value, 'the JSON has the same value')
  }
})

const { config, environment, sql } = await createInstallation(t)
const { url } = await startApi(t, config)
const admin = await signUp(url)
const tenant = await createTenant(admin)
const gone = await createTenant(admin)
await sql`update tenants set name = ${EVIL}`
await sql`update tenants set is_active = false, deleted_at = now() - interval '1 day' where id = ${gone.id}`
await sql`update users set first_name = ${EVIL}, last_name = ${EVIL}`
Object.assign(process.env, environment)

/** The output of a command that runs in this process. */
async function printed(command: () => Promise<unknown>): Promise<string> {
  const lines: string[] = []
  const { log, error } = console
  const write = process.stdout.write.bind(process.stdout)
  console.log = (...words: unknown[]) => void lines.push(format(...words))
  console.error = console.log
  process.stdout.write = (text: string | Uint8Array) => lines.push(String(text)) > 0
  try {
    await command().catch((failure: unknown) => lines.push(printableLines((failure as Error).message)))
  } finally {
    Object.assign(console, { log, error })
    process.stdout.write = write
  }
  return lines.join('\n')
}

/** @param names how often the escaped name must appear, at least */
function looksSafe(t: Test, output: string, what: string, names = 1): void {
  t.notMatch(output, UNSAFE, what)
  t.ok(output.split('\\u202e').length > names, `${what}: the name is escaped`)
}

void t.test('tenant commands print names escaped', async (t) => {
  const commands: [string, () => Promise<unknown>][] = [
    ['list', () => list.run([])],
    ['list --json', () => list.run(['--json'])],
    ['show', () => show.run([tenant.id])],
    ['show --json', () => show.run([tenant.id, '--json'])],
    ['status', () => status.run([])],
    ['status --json', () => status.run(['--json'])],
    ['purge', () => purge.run(['--older-than', '1s', '--dry-run'])],
    ['delete', () => remove.run([tenant.id])]
  ]
  for (const [name, command] of commands) looksSafe(t, await printed(command), name)
  const [line = ''] = (await printed(() => show.run([tenant.id, '--json']))).split('\n')
  t.equal((JSON.parse(line) as { name: string }).name, EVIL)
})

void t.test('storage commands print names escaped', async (t) => {
  const folder = join(config.dataDir, 'objects', 'tenants', tenant.id, 'files', '2020', '01')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `stray${EVIL.replaceAll('/', '')}`), 'x')
  const installation = openInstallation(config)
  try {
    const named = { tenant: tenant.id }
    looksSafe(t, await printed(() => checkStorage(installation, tenant.id, false)), 'check')
    looksSafe(t, await printed(() => showLimits(installation, named)), 'limits')
    looksSafe(t, await printed(() => recount(installation, tenant.id)), 'recount')
  } finally {
    await installation.close()
  }
})

void t.test('event commands print names escaped', async (t) => {
  const prefix = config.kafka.topicPrefix
  const producer = createProducer({ brokers: config.kafka.brokers, clientId: 'test', logger: silent })
  t.teardown(() => producer.close(5_000))
  await until(async () => producer.status() === 'up')
  const event = {
    event_id: randomUUID(),
    event_type: 'document.uploaded',
    tenant_id: tenant.id,
    user_id: admin.userId,
    timestamp: '2026-01-31T09:30:00.000Z',
    data: {
      document_id: randomUUID(),
      file_id: randomUUID(),
      filename: EVIL,
      mime_type: 'text/plain',
      file_size: 1,
      md5_hash: 'a'.repeat(32),
      sha256: 'a'.repeat(64),
      deduplicated: false
    }
  }
  const value = Buffer.from(JSON.stringify(event))
  t.same(await producer.publish([{ topic: `${prefix}document.uploaded`, key: 'k', value }]), ['delivered'])
  const publish = createDeadLetterPublisher(producer, prefix)
  const letter = { topic: 'audit.log', partition: 0, offset: 0, key: EVIL, timestamp: Date.now() }
  const headers = { event_id: EVIL, [EVIL]: EVIL }
  for (const content of [EVIL, JSON.stringify({ [EVIL]: EVIL })])
    t.ok(await publish({ ...letter, value: Buffer.from(content), headers }, new Error(EVIL)))

  const events = async (...args: string[]) => {
    const lines: string[] = []
    await runEvents(args, environment, (text) => lines.push(text))
    return lines.join('\n')
  }
  looksSafe(t, await events('tail', 'document.uploaded', '--limit', '1'), 'tail')
  const json = await events('tail', 'document.uploaded', '--limit', '1', '--json')
  looksSafe(t, json, 'tail --json')
  t.match(JSON.parse(json), { event: { data: { filename: EVIL } } })
  const listed = await events('dlq', 'list')
  looksSafe(t, listed, 'dlq list', 2)
  for (const [place] of listed.matchAll(/^audit\.log\.dlq\/\d+\/\d+/gm))
    looksSafe(t, await events('dlq', 'show', place), 'dlq show', 3)
  t.notMatch(await events('lag'), UNSAFE)
})

void t.test('account commands and their errors print names escaped', async (t) => {
  const users = (...args: string[]) =>
    new Promise<string>((resolve) => {
      const command = [...program('scripts/users'), ...args]
      const env = { PATH: process.env['PATH'], ...environment }
      execFile(process.execPath, command, { env }, (_error, out, err) => resolve(out + err))
    })
  const [all, left, unknown] = await Promise.all([
    users('list'),
    users('delete', admin.email),
    users('activate', EVIL)
  ])
  looksSafe(t, all, 'list')
  looksSafe(t, left, 'the tenant without another admin')
  looksSafe(t, unknown, 'an unknown address')
})

void t.test('the tour prints names escaped', async (t) => {
  looksSafe(
    t,
    await printed(async () => {
      note(EVIL.replaceAll('\n', ''))
      exchange('GET', `/${EVIL.replaceAll('\n', '')}`, 200, { name: EVIL })
    }),
    'the tour',
    3
  )
})
