import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Webhook } from 'standardwebhooks'
import { installPython } from '../../scripts/real/python.js'
import { createWebhookSecret, signedHeaders } from '../../src/services/webhooks/signature.js'
import { findTool } from '../helpers/tools.js'
import { temporaryDataDir } from '../scripts/temporary-folder.js'

const LIBRARIES = 'test/webhooks/libraries'

t.setTimeout(600_000)
const secrets = [createWebhookSecret(), createWebhookSecret()]
const body = JSON.stringify({ type: 'document.uploaded', data: { filename: 'Zoë 文書.pdf' } })
const headers = signedHeaders(secrets, '5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11', body)
const input = JSON.stringify({ secrets: [...secrets, createWebhookSecret()], body, headers })

function verified(command: string, args: string[], cwd: string): string[] {
  const { stdout, stderr } = spawnSync(command, args, { cwd, input, encoding: 'utf8' })
  if (stderr !== '') t.comment(stderr)
  return stdout.trim().split('\n')
}

void t.test('the npm library verifies our signatures', async (t) => {
  for (const secret of secrets) t.same(new Webhook(secret).verify(body, headers), JSON.parse(body))
  t.throws(() => new Webhook(createWebhookSecret()).verify(body, headers))
  t.throws(() => new Webhook(secrets[0] ?? '').verify(`${body} `, headers))
  const old = signedHeaders(secrets, 'x', body, Date.now() - 600_000)
  t.throws(() => new Webhook(secrets[0] ?? '').verify(body, old), 'a message of ten minutes ago')
})

void t.test('the Python library verifies our signatures', async (t) => {
  if (findTool(['python3']) === undefined) {
    t.plan(0, 'python3 is not installed')
    return
  }
  const programs = await installPython(['standardwebhooks==1.1.0'], (line) => t.comment(line))
  t.same(verified(join(programs, 'python'), ['verify.py'], LIBRARIES), ['ok', 'ok', 'refused'])
})

void t.test('the Go library verifies our signatures', async (t) => {
  if (findTool(['go']) === undefined) {
    t.plan(0, 'go is not installed')
    return
  }
  const folder = temporaryDataDir(t)
  cpSync(LIBRARIES, folder, { recursive: true })
  t.ok(readFileSync(join(folder, 'go.mod'), 'utf8'))
  t.same(verified('go', ['run', '.'], folder), ['ok', 'ok', 'refused'])
})
