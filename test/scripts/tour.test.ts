import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { program } from '../../scripts/program.js'

const TOUR = [process.execPath, ...program('scripts/tour')]
/** The command in README. */
const NPM_RUN_TOUR = ['npm', 'run', '--silent', 'tour', '--']

/** Runs the tour in a folder without a server, and without this process's environment. */
async function tour(folder: string, args: string[], [command = '', ...first] = TOUR) {
  const child = spawn(command, [...first, ...args], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      TMPDIR: folder,
      npm_config_update_notifier: 'false',
      DATA_DIR: join(folder, 'no-server')
    },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { code, stdout, stderr }
}

function makeFolder(t: { teardown(handler: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-tour-test-'))
  // If root runs the tests, PostgreSQL runs as another user, who must be able to enter.
  chmodSync(folder, 0o711)
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

t.test('the tour runs on its own server and leaves nothing behind', async (t) => {
  const folder = makeFolder(t)
  const { code, stdout, stderr } = await tour(folder, ['--size', '6MiB'], NPM_RUN_TOUR)

  t.equal(stderr, '')
  t.equal(code, 0, stdout)
  t.match(stdout, / 1\/15 {2}Two people register/)
  t.match(stdout, 'Two documents, one file')
  t.match(stdout, /^ +50 % {2}3 MiB of 6 MiB$/m, 'progress in plain lines')
  t.match(stdout, /All 6 MiB of measurements\.bin came back, each byte the same/)
  t.match(stdout, /The server was killed after [^]*The upload resumed after \d/)
  t.match(stdout, 'TENANT_NOT_FOUND')
  t.match(stdout, 'Gone from the disk as well (3 files')
  for (const [type, times] of [
    ['tenant.created', 2],
    ['document.uploaded', 4],
    ['document.deleted', 4]
  ] as const) {
    const rows = stdout.match(new RegExp(`^ +[\\d:.]+ +${type} +[0-9a-f]{8}… +${type} `, 'gm')) ?? []
    t.equal(rows.length, times, `${times} events ${type}`)
  }
  t.match(stdout, 'TOKEN_REVOKED')
  t.match(stdout, /The tour is over: every answer was as expected/)
  t.notMatch(stdout, /eyJ[\w-]+\.|signature=|password"/, 'no token, signature or password is shown')
  t.same(
    readdirSync(folder).filter((name) => name.startsWith('strongroom-tour-')),
    [],
    'its temporary folder is gone'
  )
})

t.test('a server that does not answer ends the tour', async (t) => {
  const { code, stderr } = await tour(makeFolder(t), ['--url', 'http://127.0.0.1:9'])
  t.equal(code, 1)
  t.match(stderr, 'No Strongroom server answers at http://127.0.0.1:9')
})

t.test('the options are checked', async (t) => {
  const folder = makeFolder(t)
  const [help, unknown, size] = await Promise.all([
    tour(folder, ['--help']),
    tour(folder, ['--fast']),
    tour(folder, ['--size', '6MB'])
  ])
  t.match(help, { code: 0, stdout: /Usage: npm run tour/ })
  t.match(unknown, { code: 1, stdout: '', stderr: /Unknown option '--fast'/ })
  t.match(size, {
    code: 1,
    stdout: '',
    stderr: /--size must be a number of bytes, or a size such as 64MiB, not "6MB"/
  })
})
