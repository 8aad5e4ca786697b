import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { requireTool } from '../helpers/tools.js'

/** https://github.com/oasdiff/oasdiff; TEST_OASDIFF names one that PATH does not lead to. */
const oasdiff = requireTool(t, ['oasdiff'], process.env['TEST_OASDIFF'])

const RELEASES = 'docs/openapi-releases'

/** A change that oasdiff reports, of a kind that is in its documentation. */
interface Change {
  id: string
  text: string
  operation: string
  path: string
}

/** What may differ from the last release, and why no client breaks. Empty again with the next release. */
const ACCEPTED: { id: string; text: RegExp; why: string }[] = [
  {
    id: 'response-property-became-not-enum',
    text: /`(anyOf\[.*\]\/|data\/pagination\/)?(success|total_capped)` response property/,
    why: 'answers are the same; few languages have a type for one of the two Booleans'
  },
  {
    id: 'response-property-became-nullable',
    text: /`(data|data\/items\/items|data\/file)\/(user_id|verification|verified_at)`/,
    why: 'it could be null before, written in another way'
  },
  {
    id: 'response-property-type-changed',
    text: /`[\w/]+\/verification` response's property `type` changed from `string` to `any`/,
    why: 'the type is in the schema that it refers to'
  },
  {
    id: 'request-body-became-not-nullable',
    text: /^the request's body became not nullable$/,
    why: 'POST /api/auth/refresh still takes null; clients leave the body out'
  },
  {
    id: 'request-property-pattern-changed',
    text: /request property `email`/,
    why: 'what is refused now are new accounts whose address has a domain that cannot exist'
  }
]

async function breakingChanges(before: string, after: string): Promise<Change[]> {
  const args = ['breaking', before, after, '--format', 'json']
  const { stdout } = await promisify(execFile)(oasdiff, args, { maxBuffer: 64 * 1024 * 1024 })
  return stdout.trim() === '' ? [] : (JSON.parse(stdout) as Change[])
}

const releases = readdirSync(RELEASES)
  .filter((name) => name.endsWith('.yaml'))
  .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
const last = join(RELEASES, String(releases.at(-1)))

t.test('openapi.yaml breaks no client of the last release', async (t) => {
  const changes = await breakingChanges(last, 'openapi.yaml')
  const accepts = ({ id, text }: Change) => ACCEPTED.some((one) => one.id === id && one.text.test(text))
  t.same(
    changes
      .filter((change) => !accepts(change))
      .map(({ operation, path, text }) => `${operation} ${path}: ${text}`),
    [],
    `compared with ${last}`
  )
  const stale = ACCEPTED.filter(
    (one) => !changes.some(({ id, text }) => one.id === id && one.text.test(text))
  )
  t.same(stale, [], 'nothing is accepted that does not occur')
})

t.test('a broken promise would be found', async (t) => {
  const changes = await breakingChanges('openapi.yaml', last)
  const removed = changes.filter(({ id }) => id.startsWith('api-path-removed')).map(({ path }) => path)
  t.same([...new Set(removed)].sort(), [
    '/api/tenants/{tenant_id}/documents/{document_id}/download-url',
    '/api/tenants/{tenant_id}/uploads',
    '/api/tenants/{tenant_id}/uploads/{upload_id}'
  ])
})
