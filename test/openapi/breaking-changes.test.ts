import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { parse } from 'yaml'
import { requireTool } from '../helpers/tools.js'
import { temporaryDataDir } from '../scripts/temporary-folder.js'

/** https://github.com/oasdiff/oasdiff, from PATH or from TEST_OASDIFF. */
const oasdiff = requireTool(t, ['oasdiff'], process.env['TEST_OASDIFF'])

const RELEASES = 'docs/openapi-releases'

/** A change that oasdiff reports; its `id` is one of the checks that oasdiff documents. */
interface Change {
  id: string
  text: string
  operation: string
  path: string
}

/** Accepted differences from the last release, and why they break no client. Emptied with the next release. */
const ACCEPTED: { id: string; text: RegExp; path?: string; why: string }[] = [
  {
    id: 'request-property-type-changed',
    text: /`format` changed from `email` to `mailbox`/,
    why: 'The same addresses are accepted as before; some, such as those with white space around them, do not match `email`'
  },
  {
    id: 'request-property-pattern-changed',
    text: /request property `email`/,
    path: '/api/tenants/{tenant_id}/invitations',
    why: 'Invitations accept more addresses than before: also those that were registered under earlier rules'
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
  const accepts = ({ id, text, path }: Change) =>
    ACCEPTED.some((one) => one.id === id && one.text.test(text) && (one.path ?? path) === path)
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
  t.same(stale, [], 'every accepted difference still exists')
})

t.test('a breaking change is found', async (t) => {
  const removed = '/api/tenants/{tenant_id}/documents/{document_id}/download-url'
  const document = parse(readFileSync('openapi.yaml', 'utf8')) as { paths: Record<string, object> }
  const { [removed]: route, ...paths } = document.paths
  t.ok(route)
  const file = join(temporaryDataDir(t), 'openapi.json')
  writeFileSync(file, JSON.stringify({ ...document, paths }))
  const changes = await breakingChanges('openapi.yaml', file)
  t.same(
    changes.map(({ id, path }) => [id, path]),
    [['api-path-removed-without-deprecation', removed]]
  )
})
