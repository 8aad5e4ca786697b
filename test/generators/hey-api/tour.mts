import assert from 'node:assert/strict'
import { client } from './client/client.gen.js'
import {
  createTenant,
  deleteDocument,
  getDocument,
  getDocumentContent,
  listDocuments,
  login,
  register,
  uploadDocument
} from './client/sdk.gen.js'
import type { ErrorResponse } from './client/types.gen.js'

const account = { email: 'hey-api@example.com', password: 'a tour by another generator' }
client.setConfig({ baseUrl: String(process.argv[2]) as `http://${string}` })

const registered = await register({ body: { ...account, first_name: 'Hey', last_name: 'Api' } })
assert.equal(registered.data?.data.email, account.email)
const session = await login({ body: account, throwOnError: true })
client.setConfig({ auth: session.data.data.access_token })

const created = await createTenant({ body: { name: 'Acme' }, throwOnError: true })
const path = { tenant_id: created.data.data.id }

const file = new File(['hello'], 'hello.txt', { type: 'text/plain' })
const first = await uploadDocument({ path, body: { file }, throwOnError: true })
assert.equal(first.data.data.filename, 'hello.txt')
assert.equal(first.data.data.file.file_size, 5)
// The client uses the first declared kind of body, so the other has to be forced.
const raw: unknown = new Blob(['raw bytes'])
const second = await uploadDocument({
  path,
  query: { filename: 'raw.bin' },
  body: raw as { file: Blob },
  bodySerializer: (body: unknown) => body,
  headers: { 'Content-Type': 'application/octet-stream' },
  throwOnError: true
})
assert.equal(second.data.data.mime_type, 'application/octet-stream')

const names: string[] = []
for (let cursor: string | null | undefined; cursor !== null;) {
  const { data } = await listDocuments({
    path,
    query: { sort: 'filename', per_page: 1, ...(cursor === undefined ? {} : { cursor }) },
    throwOnError: true
  })
  names.push(...data.data.items.map((one) => one.filename))
  cursor = data.data.pagination.next_cursor
}
assert.deepEqual(names, ['hello.txt', 'raw.bin'])

const document = { ...path, document_id: second.data.data.id }
const content = await getDocumentContent({ path: document, parseAs: 'blob', throwOnError: true })
assert.equal(await (content.data as Blob).text(), 'raw bytes')

const deleted = await deleteDocument({ path: document })
assert.equal(deleted.data?.success, true)
const gone = await getDocument({ path: document })
const error: ErrorResponse | undefined = gone.error
assert.equal(error?.error.code, 'DOCUMENT_NOT_FOUND')
