import t from 'tap'
import {
  AuthenticationError,
  createStrongroom,
  PermissionError,
  PersonsOnlyError,
  ScopeError,
  ValidationError
} from '../../client/index.js'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { createService } from '../helpers/services-of-tenants.js'
import { recorded } from './flaky.js'

const { config } = await createInstallation(t)
const { url } = await startApi(t, config)
const admin = await signUp(url)
const tenant = await createTenant(admin)
const scopes = ['documents:read', 'documents:write'] as const
const service = await createService(admin, tenant.id, 'user', scopes)
const { requests, transport } = recorded((request) => fetch(request))
const client = createStrongroom({ url, apiKey: service.key, fetch: transport })

t.test('a key replaces a log-in', async (t) => {
  t.match(await client.auth.me(), { kind: 'service', email: null })
  const document = await client.documents.upload(tenant.id, new Blob(['x']), { filename: 'a' })
  const streamed = await client.documents.upload(tenant.id, new Blob(['y']).stream(), { filename: 'b' })
  t.equal(document.on_behalf_of, null)
  t.equal(streamed.user_id, service.serviceId)
  t.ok(requests.every(({ headers }) => headers.get('authorization') === `Bearer ${service.key}`))
})

t.test('a client acts on behalf of a user', async (t) => {
  const forAda = createStrongroom({ url, apiKey: service.key, onBehalfOf: 'Ada Łovelace' })
  const document = await forAda.documents.upload(tenant.id, new Blob(['x']), { filename: 'c' })
  t.equal(document.on_behalf_of, 'Ada Łovelace')
  const found: string[] = []
  for await (const { id } of client.documents.list(tenant.id, { on_behalf_of: 'Ada Łovelace' }))
    found.push(id)
  t.same(found, [document.id])
  const nobody = createStrongroom({ url, apiKey: service.key, onBehalfOf: 'x'.repeat(256) })
  await t.rejects(nobody.auth.me(), ValidationError)
})

t.test('an error code decides the class of its error', async (t) => {
  await t.rejects(client.tenants.create({ name: 'x' }), ScopeError)
  await t.rejects(client.auth.logout(), PersonsOnlyError)
  const refusal: unknown = await client.tenants.get(tenant.id).catch((error: unknown) => error)
  t.ok(refusal instanceof PermissionError, 'PermissionError covers both')
})

t.test('a key is never refreshed', async (t) => {
  await admin.delete(`/api/tenants/${tenant.id}/service-accounts/${service.serviceId}/keys/${service.keyId}`)
  const before = requests.length
  await t.rejects(client.auth.me(), { constructor: AuthenticationError, code: 'INVALID_TOKEN' })
  t.equal(requests.length, before + 1, 'it is not retried')
})

t.test('contradictory options are refused', async (t) => {
  t.throws(() => createStrongroom({ url, apiKey: 'x', tokens: { access_token: 'y' } }), TypeError)
  t.throws(() => createStrongroom({ url, onBehalfOf: 'x' }), TypeError)
})
