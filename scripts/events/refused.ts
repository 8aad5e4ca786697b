import { parseArgs } from 'node:util'
import { createDirtyTenantRepository } from '../../db/main/dirty-tenants-repository.js'
import type { Chosen, RefusedEvent } from '../../db/refused-events-repository.js'
import type { Installation } from '../operator/installation.js'
import { printable } from '../operator/printable.js'
import { UsageError } from '../operator/run.js'
import { inEveryLog, inLog, MAIN } from './every-log.js'
import type { Say } from './say.js'
import { table } from './table.js'

const ERROR_LENGTH = 80
/** Refusals of each log that are listed. */
const LIMIT = 1_000

/** A refused event, as "list" shows it. */
interface Place {
  log: string
  position: number
  consumer: string
}

const textOf = (log: string, { position, consumer }: RefusedEvent) => `${log}/${position}/${consumer}`

/** @throws {UsageError} */
function placeOf(text: string): Place {
  const [, log, position, consumer] = /^(main|[0-9a-f-]{36})\/(\d{1,15})\/([a-z.]+)$/.exec(text) ?? []
  if (log === undefined || consumer === undefined)
    throw new UsageError(`"${text}" is not a position such as main/17/kafka, as "refused list" shows them`)
  return { log, position: Number(position), consumer }
}

/**
 * `events refused list|show|retry|discard`.
 * @returns the exit code: 1 if one of the named events does not exist
 */
export async function refused(installation: Installation, args: string[], say: Say): Promise<number> {
  const [action, ...rest] = args
  const { values, positionals } = parseArgs({
    args: rest,
    allowPositionals: true,
    options: { all: { type: 'boolean', default: false } }
  })
  if (action === 'list') return list(installation, say)
  const places = positionals.map(placeOf)
  if (action === 'show' && places[0] !== undefined) return show(installation, places[0], say)
  if (action !== 'retry' && action !== 'discard')
    throw new UsageError('Say what to do: refused list, show <position>, retry or discard')
  if (places.length === 0 && !values.all)
    throw new UsageError('Name the events: positions as "refused list" shows them, or --all')
  await installation.record(`events refused ${action}`, rest)
  const found = places.length > 0 ? await some(installation, action, places) : await all(installation, action)
  say(action === 'retry' ? `${found} events will be tried again.` : `${found} events were discarded.`)
  return places.length > 0 && found < places.length ? 1 : 0
}

type Action = 'retry' | 'discard'

async function some(installation: Installation, action: Action, places: Place[]): Promise<number> {
  let found = 0
  for (const { log, ...chosen } of places) found += await act(installation, action, log, chosen)
  return found
}

async function all(installation: Installation, action: Action): Promise<number> {
  let found = 0
  for await (const [log, rows] of inEveryLog(installation, (events) => events.refused.list(1)))
    if (rows.length > 0) found += await act(installation, action, log, {})
  return found
}

/** The dirty mark makes a relay visit the tenant. It is set first, so that a crash in between cannot lose it. */
async function act(installation: Installation, action: Action, log: string, chosen: Chosen): Promise<number> {
  if (action === 'retry' && log !== MAIN) await createDirtyTenantRepository(installation.main).mark(log)
  return inLog(installation, log, (events) =>
    action === 'retry' ? events.refused.retry(chosen) : events.refused.remove(chosen)
  )
}

async function list(installation: Installation, say: Say): Promise<number> {
  const rows: string[][] = []
  let more = false
  for await (const [log, found] of inEveryLog(installation, (events) => events.refused.list(LIMIT + 1))) {
    more ||= found.length > LIMIT
    for (const event of found.slice(0, LIMIT)) {
      const why = `${event.retry ? '(will be tried again) ' : ''}${event.error}`.replace(/\s+/g, ' ')
      rows.push([
        textOf(log, event),
        event.since,
        event.event_type,
        event.event_id,
        why.slice(0, ERROR_LENGTH)
      ])
    }
  }
  if (rows.length > 0) say(table(['position', 'since', 'type', 'event', 'why'], rows))
  say(
    more
      ? `More than ${rows.length} refused events: only the oldest ${LIMIT} of each log are listed.`
      : `${rows.length} refused events.`
  )
  return 0
}

async function show(installation: Installation, { log, ...chosen }: Place, say: Say): Promise<number> {
  const [event] = await inLog(installation, log, (events) => events.refused.list(1, chosen))
  if (event === undefined)
    throw new UsageError('No refused event is at that position; "refused list" shows the positions')
  for (const [name, value] of Object.entries(event)) say(printable(`${name}: ${String(value)}`))
  return 0
}
