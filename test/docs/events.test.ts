import { readFileSync } from 'node:fs'
import t from 'tap'
import { EVENT_DATA, WORK_EVENTS } from '../../core/events.js'
import { eventsDocument } from '../../scripts/openapi/events-document.js'

void t.test('docs/EVENTS.md is current, and has every type that readers get', async (t) => {
  const committed = readFileSync('docs/EVENTS.md', 'utf8')
  t.ok(committed === eventsDocument(), 'run `npm run openapi` and commit what it changes')
  for (const type of Object.keys(EVENT_DATA))
    t.equal(committed.includes(`\n## ${type}\n`), !WORK_EVENTS.includes(type), type)
  t.notMatch(committed, /\| any/, 'every field has a type')
})
