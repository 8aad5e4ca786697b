import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Test } from 'tap'
import { onFreePorts } from '../../scripts/embedded/ports.js'
import { postgresUser } from '../../scripts/embedded/postgres-user.js'

/**
 * Starts PgBouncer in transaction mode in front of a server, with one server connection for each database and its
 * own defaults otherwise. It is stopped when the test ends.
 * @returns the server's URL through PgBouncer
 */
export function startPgbouncer(t: Test, program: string, url: string): Promise<string> {
  return onFreePorts(1, ([port]) => startOn(port as number, t, program, url))
}

async function startOn(port: number, t: Test, program: string, url: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-pgbouncer-'))
  const server = new URL(url)
  // It refuses to run as root, like PostgreSQL.
  const user = await postgresUser(join(folder, 'none'))
  const settings = join(folder, 'pgbouncer.ini')
  writeFileSync(
    settings,
    `[databases]
* = host=${server.hostname} port=${server.port} user=${server.username} password=${decodeURIComponent(server.password)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 1
max_client_conn = 500
`,
    { mode: 0o600 }
  )
  if (user.uid !== undefined && user.gid !== undefined)
    for (const path of [folder, settings]) chownSync(path, user.uid, user.gid)

  const child = spawn(program, [settings], { ...user, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] })
  const closed = once(child, 'close')
  t.teardown(async () => {
    child.kill('SIGKILL')
    await closed
    rmSync(folder, { recursive: true, force: true })
  })
  await accepting(child)
  server.hostname = '127.0.0.1'
  server.port = String(port)
  return server.href
}

/** @throws with its last output if it ends before it is ready */
async function accepting(child: ChildProcess): Promise<void> {
  const words: string[] = []
  for await (const line of createInterface({ input: child.stderr as NodeJS.ReadableStream })) {
    words.push(line)
    if (line.includes('process up')) {
      child.stderr?.resume()
      return
    }
  }
  throw new Error(`PgBouncer did not start:\n${words.join('\n')}`)
}
