import { execFileSync } from 'node:child_process'
import { request } from 'node:http'
import { json, text } from 'node:stream/consumers'
import t from 'tap'
import { onFreePorts } from '../../scripts/embedded/ports.js'
import { startChild } from '../../scripts/start/children.js'
import { PASSWORD, signUp } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'

/** Separate connections go to the processes in turn, so this many reach all of them. */
const CONNECTIONS = 12

const { environment } = await createInstallation(t, { LOG_LEVEL: 'fatal' })

async function startSeveral(settings: Record<string, string> = {}) {
  const api = startChild('The API', 'src/server', {
    ...process.env,
    ...environment,
    WEB_CONCURRENCY: '2',
    ...settings
  })
  t.teardown(() => api.stop())
  return { api, url: await api.ready, processes: () => childrenOf(api.pid) }
}

function childrenOf(pid: number): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,stat='], { encoding: 'utf8' }).trim().split('\n')
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, state = '']) => Number(parent) === pid && !state.startsWith('Z'))
    .map(([child]) => Number(child))
}

/** A request over a connection of its own. */
async function send(
  url: string,
  method: string,
  path: string,
  options: { token?: string | undefined; body?: object } = {}
) {
  const { token, body } = options
  return new Promise<{ status: number; body: unknown }>((resolve, reject) => {
    const headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' })
    }
    const outgoing = request(`${url}${path}`, { method, agent: false, headers }, (answer) => {
      const isJson = answer.headers['content-type']?.startsWith('application/json') === true
      const content = isJson ? json(answer) : text(answer)
      content.then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
const times = <T>(work: () => Promise<T>) => Promise.all(Array.from({ length: CONNECTIONS }, work))

const RATE_LIMIT = 5
const [several, limited] = await Promise.all([
  // A fixed port, which stays the same while no process listens for a moment.
  onFreePorts(1, ([port]) => startSeveral({ PORT: String(port) })),
  startSeveral({ RATE_LIMIT_AUTH: String(RATE_LIMIT) })
])
const { url } = several

void t.test('metrics are summed over all processes', async (t) => {
  t.equal(several.processes().length, 2)
  const served = async () => {
    const { body } = await send(url, 'GET', '/metrics')
    const line = /^strongroom_http_requests_total\{.*route="\/health\/live".*\} (\d+)$/m.exec(String(body))
    return Number(line?.[1] ?? 0)
  }
  const before = await served()
  await times(() => send(url, 'GET', '/health/live'))
  t.equal((await served()) - before, CONNECTIONS)
})

void t.test('a session that one process ends is over in all processes', async (t) => {
  const user = await signUp(url)
  const me = () => send(url, 'GET', '/api/users/me', { token: user.token })
  t.ok((await times(me)).every(({ status }) => status === 200))
  t.equal((await send(url, 'POST', '/api/auth/logout', { token: user.token })).status, 200)
  await until(async () => (await times(me)).every(({ status }) => status === 401))
})

void t.test('while a process hangs, the metrics of all are unavailable', async (t) => {
  const [hanging = 0] = several.processes()
  process.kill(hanging, 'SIGSTOP')
  const asked = Array.from({ length: CONNECTIONS }, () => send(url, 'GET', '/metrics'))
  const first = await Promise.any(asked)
  process.kill(hanging, 'SIGCONT')
  t.match(first, { status: 503, body: { error: { code: 'OVERLOADED' } } })
  await Promise.all(asked)
  await until(async () => (await send(url, 'GET', '/metrics')).status === 200)
})

void t.test('a killed process is replaced, and the others continue', async (t) => {
  const [victim = 0] = several.processes()
  process.kill(victim, 'SIGKILL')
  // Wait until its parent knows: a connection that is just being handed to it is lost.
  await until(async () => !alive(victim))
  const answers = await times(() => send(url, 'GET', '/health/live'))
  t.ok(answers.every(({ status }) => status === 200))
  await until(async () => several.processes().length === 2)
})

void t.test('when all processes are killed, all are replaced', async (t) => {
  const before = several.processes()
  for (const pid of before) process.kill(pid, 'SIGKILL')
  await until(async () => before.every((pid) => !alive(pid)))
  const live = () => send(url, 'GET', '/health/live').then(({ status }) => status === 200)
  // Connections are refused until the new processes listen.
  await until(() => live().catch(() => false))
  await until(async () => several.processes().length === 2)
  t.pass('they serve the same port')
})

void t.test('requests from one address are counted across processes', async (t) => {
  const body = { email: 'nobody@example.com', password: PASSWORD }
  const answers = await times(() => send(limited.url, 'POST', '/api/auth/login', { body }))
  t.equal(answers.filter(({ status }) => status === 401).length, RATE_LIMIT)
  t.equal(answers.filter(({ status }) => status === 429).length, CONNECTIONS - RATE_LIMIT)
})

void t.test('if the processes cannot start, the primary exits', async (t) => {
  const taken = startChild('The API', 'src/server', {
    ...process.env,
    ...environment,
    WEB_CONCURRENCY: '2',
    PORT: new URL(url).port
  })
  t.teardown(() => taken.stop())
  await t.rejects(taken.ready, /ended unexpectedly \(exit code 1\)/)
})

void t.test('all processes end with the primary', async (t) => {
  for (const [end, { api, processes }] of [['stop', several] as const, ['kill', limited] as const]) {
    const all = processes()
    t.equal(all.length, 2)
    await api[end]()
    await api.ended
    await until(async () => all.every((pid) => !alive(pid)))
  }
})

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
