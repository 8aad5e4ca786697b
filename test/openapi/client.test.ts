import { randomBytes } from 'node:crypto'
import t from 'tap'
import { createApiClient, toForm, type Schemas } from '../../client/index.js'
import { PASSWORD, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'

const { config } = await createInstallation(t)
const { url } = await startApi(t, config)

/** The data of a success; a refusal ends the test with its code. */
function dataOf<Data>({
  data,
  error
}: {
  data?: { data: Data }
  error?: Schemas['Error'] | undefined
}): Data {
  if (data === undefined) throw new Error(`refused: ${error?.error.code ?? 'without an error'}`)
  return data.data
}

async function logIn() {
  const stranger = createApiClient(url)
  const email = `ada-${randomBytes(4).toString('hex')}@example.com`
  const names = { first_name: 'Ada', last_name: 'Lovelace' }
  dataOf(await stranger.POST('/api/auth/register', { body: { email, password: PASSWORD, ...names } }))
  const session = dataOf(await stranger.POST('/api/auth/login', { body: { email, password: PASSWORD } }))
  return createApiClient(url, session.access_token)
}

t.test('the typed client covers the whole life of a document', async (t) => {
  const ada = await logIn()
  const tenant = dataOf(await ada.POST('/api/tenants', { body: { name: 'Acme' } }))
  const inTenant = { path: { tenant_id: tenant.id } }

  const uploaded = dataOf(
    await ada.POST('/api/tenants/{tenant_id}/documents', {
      params: inTenant,
      body: { file: new Blob(['hello']), filename: 'hello.txt', mime_type: 'text/plain' },
      bodySerializer: toForm
    })
  )
  t.match(uploaded, { filename: 'hello.txt', file: { file_size: 5 }, deduplicated: false })

  const list = dataOf(
    await ada.GET('/api/tenants/{tenant_id}/documents', {
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

  const renamed = await ada.PUT('/api/tenants/{tenant_id}/documents/{document_id}', {
    params,
    body: { filename: 'bye.txt' }
  })
  t.equal(dataOf(renamed).filename, 'bye.txt')
  const deleted = await ada.DELETE('/api/tenants/{tenant_id}/documents/{document_id}', { params })
  t.equal(deleted.data?.message, 'Document deleted')

  const { error } = await ada.GET('/api/tenants/{tenant_id}/documents/{document_id}', { params })
  t.equal(error?.error.code, 'DOCUMENT_NOT_FOUND', 'errors are typed too')
})

t.test('what the description forbids does not compile', async (t) => {
  const client = createApiClient(url)
  const wrong = [
    // @ts-expect-error there is no such path
    () => client.GET('/api/nothing'),
    // @ts-expect-error a name is missing
    () => client.POST('/api/auth/register', { body: { email: 'a@example.com', password: PASSWORD } }),
    // @ts-expect-error there is no such role
    () => client.PUT('/api/tenants/{tenant_id}/users/{user_id}', { body: { role: 'owner' } }),
    // @ts-expect-error the path needs a tenant
    () => client.GET('/api/tenants/{tenant_id}', {})
  ]
  t.equal(wrong.length, 4)
})
