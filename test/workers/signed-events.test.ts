import { randomUUID } from 'node:crypto'
import t from 'tap'
import type { StrongroomEvent } from '../../core/events.js'
import { toMessage } from '../../plugins/messaging/event.js'
import { createEventSigner } from '../../plugins/messaging/signatures.js'
import { createSignatureCheck } from '../../workers/signed-events.js'

const eventOf = (event_type: string) =>
  ({
    event_id: randomUUID(),
    event_type,
    tenant_id: null,
    user_id: null,
    timestamp: '2026-01-31T09:30:00.000Z',
    data: {}
  }) as unknown as StrongroomEvent & { data: Record<string, unknown> }

/** The message as Kafka delivers it. */
function messageOf(event: ReturnType<typeof eventOf>, secret: string) {
  const { value, headers = {} } = toMessage(event, '', createEventSigner([secret]))
  return { value, headers }
}

const event = eventOf('audit.log')
const check = createSignatureCheck(createEventSigner(['new', 'old']), async () => true)

t.test('events that our relays signed are accepted, with the previous key too', async (t) => {
  await t.resolves(check(messageOf(event, 'new'), event))
  await t.resolves(check(messageOf(event, 'old'), event))
})

t.test('events that may be forged are refused permanently', async (t) => {
  const signed = messageOf(event, 'new')
  const other = Buffer.from(JSON.stringify({ ...event, user_id: randomUUID() }))
  const header = (text: string) => ({ ...signed, headers: { 'strongroom-signature': text } })
  for (const [name, message] of Object.entries({
    unsigned: { ...signed, headers: {} },
    'another key': messageOf(event, 'other'),
    'another value': { ...signed, value: other },
    'no value': { ...signed, value: null },
    empty: header(''),
    'no version': header(String(signed.headers['strongroom-signature']).slice(3)),
    'another version': header(String(signed.headers['strongroom-signature']).replace('v1', 'v2')),
    'not base64': header('v1,%%%'),
    short: header('v1,AAAA')
  }))
    await t.rejects(check(message, event), { name: 'ForeignEventError' }, name)
  for (const type of ['document.uploaded', 'user.deleted'])
    await t.rejects(check({ value: signed.value, headers: {} }, eventOf(type)), type)
  await t.resolves(
    check({ value: signed.value, headers: {} }, eventOf('file.process')),
    'file.process writes no entry, so it needs no signature'
  )
})

t.test('until the logs are complete, an earlier version may have published without signing', async (t) => {
  const lenient = createSignatureCheck(createEventSigner(['new']), async () => false)
  await t.resolves(lenient({ ...messageOf(event, 'new'), headers: {} }, event))
  await t.rejects(lenient(messageOf(event, 'other'), event), 'a wrong signature is never accepted')
})
