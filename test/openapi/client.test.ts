import t from 'tap'
import { createStrongroom, dataOf } from '../../client/index.js'
import { createAda } from '../client/people.js'
import { PASSWORD, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'

const { config } = await createInstallation(t)
const { url } = await startApi(t, config)

t.test('the typed client covers the whole life of a document', async (t) => {
  const { strongroom } = await createAda({ url })
  const ada = strongroom.api
  const tenant = await dataOf(ada.POST('/api/tenants', { body: { name: 'Acme' } }))
  const inTenant = { path: { tenant_id: tenant.id } }

  const uploaded = await strongroom.documents.upload(tenant.id, new Blob(['hello']), {
    filename: 'hello.txt',
    mimeType: 'text/plain'
  })
  t.match(uploaded, { filename: 'hello.txt', file: { file_size: 5 }, deduplicated: false })

  const list = await dataOf(
    ada.GET('/api/tenants/{tenant_id}/documents', {
      params: { ...inTenant, query: { sort: 'filename', filename: 'HELLO', per_page: 5 } }
    })
  )
  t.same(
    list.items.map(({ id }) => id),
    [uploaded.id]
  )

  const params = { path: { tenant_id: tenant.id, document_id: uploaded.id } }
  const content = await ada.GET('/api/tenants/{tenant_id}/documents/{document_id}/content', {
    params: { ...params, header: { range: 'bytes=1-3' } },
    parseAs: 'text'
  })
  t.equal(content.data, 'ell')
  t.equal(content.response.status, 206)

  const renamed = ada.PUT('/api/tenants/{tenant_id}/documents/{document_id}', {
    params,
    body: { filename: 'bye.txt' }
  })
  t.equal((await dataOf(renamed)).filename, 'bye.txt')
  const deleted = await ada.DELETE('/api/tenants/{tenant_id}/documents/{document_id}', { params })
  t.equal(deleted.data?.message, 'Document deleted')

  const { error } = await ada.GET('/api/tenants/{tenant_id}/documents/{document_id}', { params })
  t.equal(error?.error.code, 'DOCUMENT_NOT_FOUND', 'errors are typed too')
})

t.test('what the description forbids does not compile', async (t) => {
  const client = createStrongroom({ url }).api
  const wrong = [
    // @ts-expect-error there is no such path
    () => client.GET('/api/nothing'),
    // @ts-expect-error the name is missing
    () => client.POST('/api/auth/register', { body: { email: 'a@example.com', password: PASSWORD } }),
    // @ts-expect-error there is no such role
    () => client.PUT('/api/tenants/{tenant_id}/users/{user_id}', { body: { role: 'owner' } }),
    // @ts-expect-error the path needs a tenant
    () => client.GET('/api/tenants/{tenant_id}', {})
  ]
  t.equal(wrong.length, 4)
})
