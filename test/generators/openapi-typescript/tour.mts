import assert from 'node:assert/strict'
import createClient from 'openapi-fetch'
import type { components, paths } from './schema.mjs'

const account = { email: 'typescript@example.com', password: 'a tour by openapi-typescript' }
const api = createClient<paths>({ baseUrl: String(process.argv[2]) })

const registered = await api.POST('/api/auth/register', {
  body: { ...account, first_name: 'Type', last_name: 'Script' }
})
assert.equal(registered.data?.data.email, account.email)
const session = await api.POST('/api/auth/login', { body: account })
assert(session.data)
const authorization = `Bearer ${session.data.data.access_token}`
api.use({ onRequest: ({ request }) => request.headers.set('authorization', authorization) })

const created = await api.POST('/api/tenants', {
  body: { name: 'Acme' },
  params: { header: { 'idempotency-key': 'typescript' } }
})
assert(created.data)
const path = { tenant_id: created.data.data.id }

const form = new FormData()
form.append('file', new File(['hello'], 'hello.txt', { type: 'text/plain' }))
const first = await api.POST('/api/tenants/{tenant_id}/documents', {
  params: { path },
  // The types describe bytes as strings.
  body: { file: 'hello', filename: 'hello.txt' },
  bodySerializer: () => form
})
assert.equal(first.data?.data.file.file_size, 5)
const second = await api.POST('/api/tenants/{tenant_id}/documents', {
  params: { path, query: { filename: 'raw.bin' } },
  body: 'raw bytes',
  bodySerializer: (body) => body,
  headers: { 'content-type': 'application/octet-stream' }
})
assert.equal(second.data?.data.mime_type, 'application/octet-stream')

const names: string[] = []
for (let cursor: string | null | undefined; cursor !== null;) {
  const { data } = await api.GET('/api/tenants/{tenant_id}/documents', {
    params: { path, query: { sort: 'filename', per_page: 1, ...(cursor === undefined ? {} : { cursor }) } }
  })
  assert(data)
  names.push(...data.data.items.map((one) => one.filename))
  cursor = data.data.pagination.next_cursor
}
assert.deepEqual(names, ['hello.txt', 'raw.bin'])

const document = { path: { ...path, document_id: second.data.data.id } }
const content = await api.GET('/api/tenants/{tenant_id}/documents/{document_id}/content', {
  params: document,
  parseAs: 'text'
})
assert.equal(content.data, 'raw bytes')

const deleted = await api.DELETE('/api/tenants/{tenant_id}/documents/{document_id}', { params: document })
assert.equal(deleted.data?.success, true)
const gone = await api.GET('/api/tenants/{tenant_id}/documents/{document_id}', { params: document })
const error: components['schemas']['ErrorResponse'] | undefined = gone.error
assert.equal(error?.error.code, 'DOCUMENT_NOT_FOUND')
