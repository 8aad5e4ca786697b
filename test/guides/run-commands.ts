import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Test } from 'tap'

/** Runs commands in one shell, up to the first that fails. @returns their output */
export async function runCommands(
  t: Test,
  commands: string[],
  cwd: string,
  env = process.env
): Promise<{ out: string; err: string }> {
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', commands.join('\n')], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const [out, err] = await Promise.all([text(shell.stdout), text(shell.stderr), once(shell, 'close')])
  t.equal(shell.exitCode, 0, `${out}\n${err}`)
  return { out, err }
}

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }

/** Replaces `npm run` by its command without the build: dist is built, and other tests are running from it. */
export const withoutNpm = (commands: string): string =>
  commands.replace(/\bnpm run (?:--silent )?([\w:-]+)(?: --)?/g, (_all, name: string) =>
    String(scripts[name]?.replace('node scripts/build.js && ', '')).replace('dist/', resolve('dist') + '/')
  )
