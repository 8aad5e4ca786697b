import type postgres from 'postgres'
import type { CommittedEvent } from './ledger.js'

/**
 * Compares the log of one outbox with what was committed: every event once, none invented, each at the next position.
 * @returns the problems, one line of text each
 */
export async function checkLog(committed: CommittedEvent[], sql: postgres.Sql): Promise<string[]> {
  const rows = await sql<{ position: number; event_id: string }[]>`
    select position::int as position, event_id from events order by position`
  const [state] = await sql<{ last: number; published: number }[]>`
    select last::int as last, published::int as published from event_state`
  const known = new Set(committed.map(({ event_id }) => event_id))
  const seen = new Set<string>()
  const problems: string[] = []
  for (const [index, { position, event_id }] of rows.entries()) {
    if (position !== index + 1) problems.push(`gap: ${position} where ${index + 1} should be`)
    if (!known.has(event_id)) problems.push(`phantom: ${event_id}`)
    if (seen.has(event_id)) problems.push(`repeated: ${event_id}`)
    seen.add(event_id)
  }
  for (const id of known) if (!seen.has(id)) problems.push(`lost: ${id}`)
  if (state?.last !== rows.length || state.published !== state.last)
    problems.push(`the log's state is ${JSON.stringify(state)} for ${rows.length} events`)
  return problems
}
