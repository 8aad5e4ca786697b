import t from 'tap'
import type { OutboxEvent } from '../../db/stored-event.js'
import { InvalidEventError, parseEvent, toMessage } from '../../plugins/messaging/event.js'
import { createEventSigner } from '../../plugins/messaging/signatures.js'

const signer = createEventSigner(['a secret'])
const ID = '5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11'
const TENANT = '0c6f9a3e-5d0b-4f6e-8a51-7d1f3a2b9c44'
const USER = 'f1b7a1de-9f13-4e0c-b7a5-1c2d3e4f5a6b'

const deleted: OutboxEvent = {
  event_id: ID,
  event_type: 'document.deleted',
  tenant_id: TENANT,
  user_id: USER,
  timestamp: '2026-01-31T09:30:00.000Z',
  data: { document_id: ID, file_id: ID, filename: 'Übersicht.pdf' }
}
const valueOf = (changes: Record<string, unknown>) => Buffer.from(JSON.stringify({ ...deleted, ...changes }))

t.test('an event becomes a self-describing message', async (t) => {
  const message = toMessage(deleted, 'eu.', signer)
  t.equal(message.topic, 'eu.document.deleted')
  t.equal(message.key, TENANT)
  t.same(message.headers, {
    event_id: ID,
    event_type: 'document.deleted',
    'content-type': 'application/json',
    traceparent: '00-5b7c2a526f0c4c2e9f0e3f4a8d1c7e11-5b7c2a526f0c4c2e-01',
    'strongroom-signature': signer.sign(message.value as Buffer)
  })
  t.equal(
    message.value?.toString(),
    JSON.stringify({
      event_id: ID,
      event_type: 'document.deleted',
      tenant_id: TENANT,
      user_id: USER,
      timestamp: '2026-01-31T09:30:00.000Z',
      data: deleted.data
    })
  )
  t.same(parseEvent(message.value), deleted, 'and the message becomes the same event again')
})

t.test('events without a tenant are keyed by user, and those without both by their own id', async (t) => {
  t.equal(toMessage({ ...deleted, tenant_id: null }, '', signer).key, USER)
  t.equal(toMessage({ ...deleted, tenant_id: null, user_id: null }, '', signer).key, ID)
})

t.test('every type is read with its own payload', async (t) => {
  const payloads: Record<string, Record<string, unknown>> = {
    'tenant.created': { name: 'Acme', database_name: 'tenant_acme_0c6f9a3e' },
    'tenant.deleted': {},
    'document.uploaded': {
      document_id: ID,
      file_id: ID,
      filename: 'a.pdf',
      mime_type: 'application/pdf',
      file_size: 1,
      md5_hash: 'a'.repeat(32),
      sha256: 'b'.repeat(64),
      deduplicated: false
    },
    'file.process': { file_id: ID },
    'upload.finish': { upload_id: ID },
    'export.make': { export_id: ID },
    'tenant.exported': {
      ...{ export_id: ID, documents: 2, files: 1, lost: 0, file_size: 10_240 },
      ...{ sha256: 'a'.repeat(64), expires_at: '2026-12-01T00:00:00.000+00:00' }
    },
    'tenant.restored': { restored_to: '2026-12-01T00:00:00.000Z', documents: 2, files: 1 },
    'audit.log': { action: 'user.login', target: { type: 'user', id: USER }, details: { ip: '::1' } }
  }
  for (const [event_type, data] of Object.entries(payloads)) {
    t.same(parseEvent(valueOf({ event_type, data })).data, data, event_type)
  }
})

t.test('unknown fields are kept', async (t) => {
  const event = parseEvent(valueOf({ data: { ...deleted.data, reason: 'expired' }, trace: 'x' }))
  t.match(event, { trace: 'x', data: { reason: 'expired' } })
})

t.test('messages that are not events are refused with a reason', async (t) => {
  const refused = (value: Buffer | null, reason: RegExp) => {
    t.throws(() => parseEvent(value), InvalidEventError, String(reason))
    t.throws(() => parseEvent(value), { message: reason })
  }
  refused(null, /no value/)
  refused(Buffer.from('{"event_id":'), /not JSON/)
  refused(Buffer.from('[]'), /event_type is missing/)
  refused(Buffer.from('null'), /not a JSON object/)
  refused(valueOf({ event_type: 'document.renamed' }), /"document.renamed", not one of tenant.created, /)
  refused(valueOf({ event_type: '__proto__' }), /not one of/)
  refused(valueOf({ tenant_id: 'acme' }), /document.deleted event: \/tenant_id/)
  refused(valueOf({ timestamp: 'yesterday' }), /\/timestamp/)
  refused(valueOf({ data: { document_id: ID, file_id: ID } }), /\/data\/filename/)
})
