import { randomUUID } from 'node:crypto'
import t from 'tap'
import type { OutboxEvent } from '../../db/stored-event.js'
import { parseEvent, toMessage } from '../../plugins/messaging/event.js'
import { createEventSigner } from '../../plugins/messaging/signatures.js'
import {
  createTenant,
  refused,
  signUp,
  signUpMember,
  startApi,
  uploaded,
  type TestDocument
} from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { committedEvents } from '../helpers/committed-events.js'

const { config, sql, tenantSql } = await createInstallation(t)
const { url } = await startApi(t, config)
const admin = await signUp(url)
const tenant = await createTenant(admin)
const user = await signUpMember(url, sql, tenant.id, 'user')
const db = tenantSql(tenant.database_name)
const path = `/api/tenants/${tenant.id}/documents`
const put = (id: string, body: unknown) => user.send<TestDocument>('PUT', `${path}/${id}`, body)
const rowOf = async (id: string) => (await db`select * from documents where id = ${id}`)[0]

void t.test('get a document with its file', async (t) => {
  const { deduplicated: _, ...document } = await uploaded(admin, tenant.id, 'get', { filename: 'got.txt' })
  const { status, body } = await user.get<TestDocument>(`${path}/${document.id}`)
  t.equal(status, 200)
  t.same(body, { success: true, data: document }, "the same as in the upload's answer")
  t.equal((await user.get<TestDocument>(`${path}/${document.id.toUpperCase()}`)).body.data.id, document.id)
  refused(t, await user.get(`${path}/${randomUUID()}`), 'DOCUMENT_NOT_FOUND')
  refused(t, await user.get(`${path}/${document.file_id}`), 'DOCUMENT_NOT_FOUND', [], 'the id of the file')
})

void t.test('name and type can be changed, together or separately', async (t) => {
  const document = await uploaded(admin, tenant.id, 'update', { filename: 'old.txt' })
  const renamed = await put(document.id, { filename: '  new name.txt ' })
  t.equal(renamed.status, 200)
  t.equal(renamed.body.message, 'Document updated')
  const { deduplicated: _, updated_at: before, ...same } = document
  const { updated_at: after, ...now } = renamed.body.data
  t.same(
    now,
    { ...same, filename: 'new name.txt', revision: 2 },
    'everything else stays, including the owner'
  )
  t.ok(after >= before)

  const retyped = await put(document.id, { mime_type: 'application/vnd.a+b.c-d' })
  t.match(retyped.body.data, { filename: 'new name.txt', mime_type: 'application/vnd.a+b.c-d' })
  const both = await put(document.id, { filename: '😀'.repeat(255), mime_type: 'a/b' })
  t.match(both.body.data, { filename: '😀'.repeat(255), mime_type: 'a/b' })
  t.match(await rowOf(document.id), {
    filename: '😀'.repeat(255),
    mime_type: 'a/b',
    user_id: admin.userId,
    created_by: admin.userId,
    file_id: document.file_id
  })
  const events = await db`select user_id, tenant_id, data from ${committedEvents(db)}
    where event_type = 'audit.log' and data->'target'->>'id' = ${document.id} order by sequence`
  t.equal(events.length, 3)
  t.match(events[0], {
    user_id: user.userId,
    tenant_id: tenant.id,
    data: {
      action: 'document.updated',
      target: { type: 'document', id: document.id },
      details: { filename: 'new name.txt', mime_type: 'text/plain' }
    }
  })
  t.equal((await put(document.id, {})).status, 200, 'an empty change is no error')
  refused(t, await put(randomUUID(), { filename: 'a' }), 'DOCUMENT_NOT_FOUND')
})

void t.test('other changes are refused', async (t) => {
  const document = await uploaded(admin, tenant.id, 'unchanged', { filename: 'same.txt' })
  const other = await uploaded(admin, tenant.id, 'another file')
  const before = await rowOf(document.id)
  const wrong: [unknown, string[]][] = [
    [{ file_id: other.file_id }, ['/file_id']],
    [{ user_id: user.userId, filename: 'a' }, ['/user_id']],
    [{ id: randomUUID(), created_at: document.created_at }, ['/id', '/created_at']],
    [{ filename: '' }, ['/filename']],
    [{ filename: '\u2003\n' }, ['/filename']],
    [{ filename: 'a\0' }, ['/filename']],
    [{ filename: 'a'.repeat(256) }, ['/filename']],
    [{ filename: null }, ['/filename']],
    [{ filename: 5, mime_type: 5 }, ['/filename', '/mime_type']],
    [{ mime_type: '' }, ['/mime_type']],
    [{ mime_type: 'text' }, ['/mime_type']],
    [{ mime_type: 'text/plain; charset=utf-8' }, ['/mime_type']],
    [{ mime_type: 'text/plain\r\nx-header: 1' }, ['/mime_type']],
    [{ mime_type: ' text/plain' }, ['/mime_type']],
    [{ mime_type: `a/${'b'.repeat(99)}` }, ['/mime_type']],
    [[], ['/']],
    [null, ['/']]
  ]
  for (const [body, fields] of wrong) {
    refused(t, await put(document.id, body), 'VALIDATION_ERROR', fields, JSON.stringify(body).slice(0, 60))
  }
  t.same(await rowOf(document.id), before)
})

void t.test('the longest name is accepted, however it is sent', async (t) => {
  for (const name of ['a'.repeat(255), '日'.repeat(255), '😀'.repeat(255)]) {
    const byField = await user.upload(tenant.id, 'long', { filename: name })
    t.equal(byField.status, 201, `a field of ${Array.from(name).length} characters`)
    t.equal((byField.body.data as TestDocument | undefined)?.filename, name)
    const raw = await user.request<TestDocument>('POST', `${path}?filename=${encodeURIComponent(name)}`, {
      body: 'long'
    })
    t.equal(raw.status, 201, `a query of ${Array.from(name).length} characters`)
    t.equal((await put(raw.body.data.id, { filename: name })).status, 200)
    refused(t, await put(raw.body.data.id, { filename: `${name}x` }), 'VALIDATION_ERROR', ['/filename'])
    refused(t, await user.upload(tenant.id, 'long', { filename: `${name}x` }), 'VALIDATION_ERROR', [
      '/filename'
    ])
  }
})

void t.test('consumers can read events with the longest names', async (t) => {
  const document = await uploaded(user, tenant.id, 'events', { filename: '😀'.repeat(255), mime_type: 'a/b' })
  await put(document.id, { filename: '𝒳'.repeat(255) })
  await user.delete(`${path}/${document.id}`)
  const events = await db<OutboxEvent[]>`
    select event_id, event_type, tenant_id, user_id, to_json(timestamp) as timestamp, data from ${committedEvents(db)}
    where data->>'document_id' = ${document.id} or data->'target'->>'id' = ${document.id} order by sequence`
  t.same(
    events
      .map((event) => parseEvent(toMessage(event, '', createEventSigner(['a secret'])).value).event_type)
      .sort(),
    ['audit.log', 'audit.log', 'document.deleted', 'document.updated', 'document.uploaded']
  )
})

void t.test('delete a document', async (t) => {
  const first = await uploaded(admin, tenant.id, 'delete', { filename: 'first' })
  const second = await uploaded(user, tenant.id, 'delete', { filename: 'second' })
  const answer = await user.delete(`${path}/${first.id}`)
  t.equal(answer.status, 200)
  t.same(answer.body, { success: true, message: 'Document deleted' })
  refused(t, await user.delete(`${path}/${first.id}`), 'DOCUMENT_NOT_FOUND')
  refused(t, await user.get(`${path}/${first.id}`), 'DOCUMENT_NOT_FOUND')
  refused(t, await user.get(`${path}/${first.id}/download`), 'DOCUMENT_NOT_FOUND')
  refused(t, await put(first.id, { filename: 'x' }), 'DOCUMENT_NOT_FOUND')
  t.equal((await user.get(`${path}/${second.id}`)).status, 200, 'another document of the same file stays')
  t.equal(await rowOf(first.id), undefined)
  const events = await db`select tenant_id, user_id, data from ${committedEvents(db)}
    where event_type = 'document.deleted' and data->>'file_id' = ${first.file_id}`
  t.same(events, [
    {
      tenant_id: tenant.id,
      user_id: user.userId,
      data: {
        ...{ document_id: first.id, file_id: first.file_id, filename: 'first' },
        ...{ revision: 1, external_id: null, on_behalf_of: null }
      }
    }
  ])
  refused(t, await user.delete(`${path}/${randomUUID()}`), 'DOCUMENT_NOT_FOUND')
})

void t.test('of many concurrent deletions, one succeeds', async (t) => {
  const document = await uploaded(admin, tenant.id, 'delete at once')
  const answers = await Promise.all(Array.from({ length: 8 }, () => user.delete(`${path}/${document.id}`)))
  t.equal(answers.filter((answer) => answer.status === 200).length, 1)
  const found =
    await db`select from ${committedEvents(db)} where event_type = 'document.deleted' and data->>'document_id' = ${document.id}`
  t.equal(found.length, 1, 'there is one event')
})
