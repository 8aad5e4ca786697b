import { randomUUID } from 'node:crypto'
import t from 'tap'
import { createTenant, refused, signUp, signUpMember, startApi, uploaded } from '../helpers/api.js'
import { committedEvents } from '../helpers/committed-events.js'
import { createInstallation } from '../helpers/installation.js'

const { config, sql, tenantSql } = await createInstallation(t)
const { url } = await startApi(t, config)
const admin = await signUp(url)
const tenant = await createTenant(admin)
const user = await signUpMember(url, sql, tenant.id, 'user')
const viewer = await signUpMember(url, sql, tenant.id, 'viewer')
const db = tenantSql(tenant.database_name)
const { file_id } = await uploaded(admin, tenant.id, 'the file of all documents')
const path = `/api/tenants/${tenant.id}/documents/bulk`

interface Result {
  id: string
  outcome: string
  code?: string
}
interface Row {
  id: string
  tags: string
  metadata: Record<string, unknown>
  folder: string
  revision: number
}

async function some(count: number, tags = '{b}', metadata = '{"kept": 1, "gone": true}'): Promise<string[]> {
  const rows = await db<{ id: string }[]>`
    insert into documents (id, filename, mime_type, file_id, user_id, tags, metadata)
    select gen_random_uuid(), 'document ' || n, 'text/plain', ${file_id}, ${admin.userId},
      ${tags}::text::text[], ${metadata}::text::jsonb
    from generate_series(1, ${count}::int) n returning id`
  return rows.map(({ id }) => id)
}
const rowsOf = (ids: string[]) =>
  db<
    Row[]
  >`select id, tags::text, metadata, folder, revision from documents where id = any(${ids}) order by id`
const change = async (ids: string[], action: object) => {
  const { status, body } = await user.send<{ results: Result[] }>('POST', path, { ids, ...action })
  t.equal(status, 200, JSON.stringify(body.error))
  return body.data.results
}
const eventsOf = (type: string, id: string) =>
  db<{ user_id: string; data: Record<string, unknown> }[]>`select user_id, data from ${committedEvents(db)}
    where event_type = ${type} and coalesce(data ->> 'document_id', data -> 'target' ->> 'id') = ${id} order by sequence`

void t.test('each action has the events and audit entries of a single change', async (t) => {
  const ids = (await some(3)).sort()
  const done = ids.map((id) => ({ id, outcome: 'done' }))
  t.same(await change(ids, { action: 'tag', tags: [' z ', 'a', 'b'] }), done)
  t.same(await change(ids, { action: 'untag', tags: ['b', 'never'] }), done)
  t.same(await change(ids, { action: 'move', folder: '/x/y' }), done)
  t.same(await change(ids, { action: 'set_metadata', metadata: { gone: null, added: 'ä', __x: 2 } }), done)
  t.same(
    [...(await rowsOf(ids))],
    ids.map((id) => ({
      ...{ id, tags: '{a,z}', metadata: { kept: 1, added: 'ä', __x: 2 }, folder: '/x/y/' },
      revision: 5
    }))
  )
  const id = String(ids[0])
  const [events, entries] = [await eventsOf('document.updated', id), await eventsOf('audit.log', id)]
  t.same(
    [...events, ...entries].map(({ user_id }) => user_id),
    Array(8).fill(user.userId)
  )
  t.match(events[3]?.data, { revision: 5, folder: '/x/y/', metadata: { gone: null, added: 'ä', __x: 2 } })
  t.match(entries[2]?.data, {
    action: 'document.updated',
    details: { folder: '/x/y/', revision: 4, previous: { folder: '/', tags: ['a', 'z'] } }
  })

  t.same(await change(ids, { action: 'delete' }), done)
  t.match(await eventsOf('document.deleted', id), [{ data: { file_id, revision: 5 } }])
  t.match((await eventsOf('audit.log', id))[4]?.data, { action: 'document.deleted' })
  t.same(await rowsOf(ids), [])
})

void t.test('each id has its own outcome', async (t) => {
  const [full] = await some(1, `{${Array.from({ length: 50 }, (_, n) => `t${n}`).join()}}`)
  const [large] = await some(1, '{}', JSON.stringify({ text: 'x'.repeat(16_000) }))
  const [many] = await some(
    1,
    '{}',
    JSON.stringify(Object.fromEntries(Array.from({ length: 64 }, (_, n) => [`k${n}`, n])))
  )
  const [plain, tagged] = [...(await some(1)), ...(await some(1, '{b,new}'))]
  const unknown = randomUUID()
  const ids = [full, large, many, plain, tagged, unknown].map(String)
  const asked = [...ids.map((id) => id.toUpperCase()), ...ids]
  const before = await rowsOf(ids)
  const codes = (results: Result[]) => results.map(({ outcome, code }) => code ?? outcome)
  const results = await change(asked, { action: 'tag', tags: ['new'] })
  t.same(
    results.map(({ id }) => id),
    ids,
    'in the order of the request, each id once'
  )
  t.same(codes(results), ['VALIDATION_ERROR', 'done', 'done', 'done', 'unchanged', 'DOCUMENT_NOT_FOUND'])
  const metadata = await change(ids, { action: 'set_metadata', metadata: { more: 'x'.repeat(500) } })
  t.same(codes(metadata), [
    'done',
    'VALIDATION_ERROR',
    'VALIDATION_ERROR',
    'done',
    'done',
    'DOCUMENT_NOT_FOUND'
  ])
  const after = await rowsOf([String(full), String(large)])
  t.same(
    after.map(({ revision }) => revision),
    [2, 2],
    'a refused change leaves the document as it was'
  )
  t.equal(before.length, 5)
  t.same(codes(await change([unknown], { action: 'delete' })), ['DOCUMENT_NOT_FOUND'])
  t.same(await eventsOf('document.deleted', unknown), [])
})

void t.test('a thousand documents are changed at once, and the usage follows', async (t) => {
  const usage = async () =>
    (await admin.get<{ documents: number }>(`/api/tenants/${tenant.id}/usage`)).body.data.documents
  const before = await usage()
  const ids = await some(1_000)
  t.equal(
    (await change(ids, { action: 'tag', tags: ['new'] })).filter(({ outcome }) => outcome === 'done').length,
    1_000
  )
  const overlapping = await Promise.all([
    change(ids, { action: 'move', folder: '/one/' }),
    change([...ids].reverse(), { action: 'move', folder: '/other/' }),
    change(ids, { action: 'delete' })
  ])
  t.ok(
    overlapping.every((results) => results.length === 1_000),
    'overlapping changes in different orders cause no deadlock'
  )
  t.equal(await usage(), before)
  const events = await db<
    { count: number }[]
  >`select count(*)::int from ${committedEvents(db)} where event_type = 'document.deleted'
    and data ->> 'document_id' = any(${ids})`
  t.same([...events], [{ count: 1_000 }])
})

void t.test('invalid actions are refused', async (t) => {
  const [id] = await some(1)
  const cases: [object, string[]][] = [
    [{ ids: [], action: 'delete' }, ['/ids']],
    [{ ids: ['x'], action: 'delete' }, ['/ids/0']],
    [{ ids: Array(1_001).fill(id), action: 'delete' }, ['/ids']],
    [{ ids: [id] }, ['/action']],
    [{ ids: [id], action: 'burn' }, ['/action']],
    [{ ids: [id], action: 'delete', tags: ['a'] }, ['/tags']],
    [{ ids: [id], action: 'move' }, ['/folder']],
    [{ ids: [id], action: 'move', folder: 'a' }, ['/folder']],
    [{ ids: [id], action: 'move', folder: '/../' }, ['/folder']],
    [{ ids: [id], action: 'move', tags: [] }, ['/folder', '/tags']],
    [{ ids: [id], action: 'tag' }, ['/tags']],
    [{ ids: [id], action: 'tag', tags: ['a', 'b\0'] }, ['/tags/1']],
    [{ ids: [id], action: 'untag', tags: ['\ud800'] }, ['/tags/0']],
    [{ ids: [id], action: 'set_metadata' }, ['/metadata']],
    [{ ids: [id], action: 'set_metadata', metadata: { a: { b: 1 } } }, ['/metadata/a']],
    [{ ids: [id], action: 'set_metadata', metadata: { 'a b': 1 } }, ['/metadata/a b']],
    [{ ids: [id], action: 'set_metadata', metadata: { a: '\0' } }, ['/metadata/a']]
  ]
  for (const [body, fields] of cases)
    refused(
      t,
      await user.send('POST', path, body),
      'VALIDATION_ERROR',
      fields,
      JSON.stringify(body).slice(0, 100)
    )
  refused(t, await viewer.send('POST', path, { ids: [id], action: 'delete' }), 'INSUFFICIENT_ROLE')
  t.equal((await rowsOf([String(id)])).length, 1)
})
