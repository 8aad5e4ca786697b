import t from 'tap'
import { Client, refused, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'

interface Consumption {
  connected: boolean
  assignments: { topic: string }[]
  handled: number
  messages: { topic: string; key: string; value: { event_id: string; data: unknown } }[]
}

const { config, configWith } = await createInstallation(t)
const { url } = await startApi(t, config)
const ada = await signUp(url)
const produce = (topic: string, message: unknown) =>
  ada.send<{ event_id: string }>('POST', '/api/demo/kafka/produce', { topic, message })

t.test('a message produced to a demo topic is read back', async (t) => {
  const message = { greeting: 'Grüß Gott', n: [1, null] }
  const sent = await produce('demo.greetings', message)
  t.equal(sent.status, 202)
  const other = await produce('demo.other', 'text')
  let read: Consumption | undefined
  await until(async () => {
    const answer = await ada.get<Consumption>('/api/demo/kafka/consume')
    t.equal(answer.status, 200)
    read = answer.body.data
    // One topic may be assigned later than the other, and then messages are redelivered.
    const topics = new Set(read.messages.map(({ topic }) => topic))
    return (
      read.connected && topics.size === 2 && new Set(read.assignments.map(({ topic }) => topic)).size === 2
    )
  })
  t.ok((read?.handled ?? 0) >= 2)
  t.same(new Set(read?.assignments.map(({ topic }) => topic)), new Set(['demo.greetings', 'demo.other']))
  const greeting = read?.messages.find(({ topic }) => topic === 'demo.greetings')
  t.match(greeting, { key: ada.userId, value: { event_id: sent.body.data.event_id, data: message } })
  t.ok(
    read?.messages.some(({ value }) => value.event_id === other.body.data.event_id && value.data === 'text')
  )
})

t.test('other topics cannot be written to', async (t) => {
  for (const topic of [
    'audit.log',
    'demo',
    'demo.',
    'demo.a b',
    'demo.ä',
    'xdemo.a',
    `demo.${'a'.repeat(201)}`
  ])
    refused(t, await produce(topic, 'x'), 'VALIDATION_ERROR', ['/topic'], topic)
  refused(t, await ada.send('POST', '/api/demo/kafka/produce', { topic: 'demo.a' }), 'VALIDATION_ERROR', [
    '/message'
  ])
})

t.test('the demo routes need a session', async (t) => {
  const stranger = new Client(url)
  refused(t, await stranger.get('/api/demo/kafka/consume'), 'NOT_AUTHENTICATED')
  refused(t, await stranger.send('POST', '/api/demo/kafka/produce', {}), 'NOT_AUTHENTICATED')
})

t.test('without a broker, producing is refused and nothing is read', async (t) => {
  const lonely = await startApi(t, configWith({ KAFKA_BROKERS: '127.0.0.1:1' }))
  const client = new Client(lonely.url, ada.token)
  const message = { topic: 'demo.a', message: 'x' }
  refused(t, await client.send('POST', '/api/demo/kafka/produce', message), 'KAFKA_UNAVAILABLE')
  const { data } = (await client.get<Consumption>('/api/demo/kafka/consume')).body
  t.match(data, { connected: false, assignments: [], messages: [] })
})

t.test('the demo routes can be switched off, and are off in production', async (t) => {
  const off = await startApi(t, configWith({ DEMO_ENDPOINTS: 'false' }))
  refused(t, await new Client(off.url, ada.token).get('/api/demo/kafka/consume'), 'ROUTE_NOT_FOUND')
  const production = { NODE_ENV: 'production', STORAGE_DRIVER: 'disk', PASSWORD_HASH_ITERATIONS: '5' }
  t.equal(configWith(production).demoEndpoints, false)
  t.equal(configWith({ ...production, DEMO_ENDPOINTS: 'true' }).demoEndpoints, true)
})
