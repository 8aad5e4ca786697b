import t from 'tap'
import { captureLog, Client, refused, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'

const { config, configWith } = await createInstallation(t)

const calm = await startApi(t, config)
const ada = await signUp(calm.url)

/** Blocks this process and its event loop. */
function block(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

t.test('an overloaded process refuses requests, reports that, and recovers', async (t) => {
  const { url } = await startApi(t, configWith({ OVERLOAD_DELAY_MS: '100' }), captureLog().logger)
  const client = new Client(url, String(ada.token))
  const busy = setInterval(() => block(400), 410)
  const anonymous = new Client(url)
  const askEverything = async () =>
    await Promise.all([
      client.get('/api/users/me'),
      anonymous.get('/health/live'),
      fetch(`${url}/health/ready`),
      fetch(`${url}/metrics`)
    ])
  let answers = await askEverything()
  // Repeat until all answers fall under one measurement. There is one per second, which says nothing if the machine gave
  // this process no time.
  await until(async () => {
    answers = await askEverything()
    return answers[0].status === 503 && answers[2].status === 503
  })
  const [refusal, live, ready, metrics] = answers
  refused(t, refusal, 'OVERLOADED')
  t.match(refusal.headers.get('retry-after'), /^\d+$/)
  t.equal(live.status, 200)
  t.equal(metrics.status, 200)
  t.equal(ready.status, 503)
  t.match(await ready.json(), { status: 'unavailable', checks: { process: 'down' } })
  clearInterval(busy)
  await until(async () => (await client.get('/api/users/me')).status === 200)
})

t.test('a busy process is not overloaded', async (t) => {
  const end = performance.now() + 2_500
  const statuses = new Map<number, number>()
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      while (performance.now() < end) {
        const { status } = await ada.get('/api/users/me')
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
      }
    })
  )
  t.same([...statuses.keys()], [200])
})
