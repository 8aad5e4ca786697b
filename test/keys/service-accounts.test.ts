import { randomUUID } from 'node:crypto'
import t from 'tap'
import { createLogger } from '../../core/logger.js'
import { TENANT_SCOPES, type Scope } from '../../core/scopes.js'
import { buildApp } from '../../src/app.js'
import { createTenant, refused, signUp, signUpMember, startApi, uploaded, type Page } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import {
  addKey,
  createService,
  insertInstallationService,
  type KeyClient
} from '../helpers/services-of-tenants.js'
import { until } from '../helpers/until.js'

const { config, sql } = await createInstallation(t, { TENANTS_PER_ACCOUNT: '1' })
const { url } = await startApi(t, config)
const admin = await signUp(url, 'admin')
const tenant = await createTenant(admin)
const path = `/api/tenants/${tenant.id}`
const services = `${path}/service-accounts`

interface Service {
  id: string
  name: string
  role: string | null
}
interface Key {
  id: string
  name: string
  scopes: string[]
  last_used_at: string | null
  last_ip: string | null
  revoked_at: string | null
  key?: string
}

void t.test('a service account is a member without an address', async (t) => {
  const service = await createService(admin, tenant.id, 'user', ['documents:read', 'documents:write'])
  const me = await service.get('/api/users/me')
  t.match(me.body.data, { id: service.serviceId, kind: 'service', email: null, first_name: 'user service' })
  const members = await admin.get<
    Page<{ user_id: string; kind: string; email: string | null; role: string }>
  >(`${path}/users`)
  t.match(
    members.body.data.items.find(({ user_id }) => user_id === service.serviceId),
    { kind: 'service', email: null, role: 'user' }
  )
  const document = await uploaded(service, tenant.id, 'content')
  t.equal(document.user_id, service.serviceId)
  const listed = await admin.get<Page<Service>>(services)
  t.match(listed.body.data.items[0], { id: service.serviceId, name: 'user service', role: 'user' })
  const deleted = await admin.delete(`${services}/${service.serviceId}`)
  t.equal(deleted.status, 200)
  refused(t, await service.get('/api/users/me'), 'INVALID_TOKEN')
  refused(t, await admin.delete(`${services}/${service.serviceId}`), 'SERVICE_ACCOUNT_NOT_FOUND')
  refused(t, await admin.get(`${services}/${service.serviceId}/keys`), 'SERVICE_ACCOUNT_NOT_FOUND')
  t.equal((await admin.get(`${path}/documents/${document.id}`)).status, 200, 'its document stays')
})

void t.test('a key is shown once and not stored', async (t) => {
  const service = await createService(admin, tenant.id, 'viewer', ['documents:read'])
  const keys = `${services}/${service.serviceId}/keys`
  const { body } = await admin.get<Page<Key>>(keys)
  t.match(body.data.items, [{ id: service.keyId, scopes: ['documents:read'], revoked_at: null }])
  t.notMatch(JSON.stringify(body), service.key.slice(27))
  const rows = await sql`select *, encode(hash, 'escape') from api_keys`
  t.notMatch(JSON.stringify(rows), service.key.slice(27))
  t.equal((await admin.delete(`${keys}/${service.keyId}`)).status, 200)
  refused(t, await admin.delete(`${keys}/${service.keyId}`), 'KEY_NOT_FOUND')
  const again = await admin.get<Page<Key>>(keys)
  t.ok(again.body.data.items[0]?.revoked_at, 'it stays visible')
})

void t.test('a service has at most ten active keys', async (t) => {
  const { serviceId, keyId } = await createService(admin, tenant.id, 'viewer', ['documents:read'])
  const keys = `${services}/${serviceId}/keys`
  const add = () => admin.send('POST', keys, { name: 'x', scopes: ['documents:read'] })
  const added = await Promise.all(Array.from({ length: 14 }, add))
  t.equal(added.filter(({ status }) => status === 201).length, 9)
  refused(t, await add(), 'TOO_MANY_KEYS')
  await admin.delete(`${keys}/${keyId}`)
  t.equal((await add()).status, 201, 'a revoked key makes room')
  await sql`update api_keys set expires_at = now() where user_id = ${serviceId} and revoked_at is null`
  t.equal((await add()).status, 201, 'expired keys make room')
})

void t.test('the name, scopes, networks and expiry of a new key are validated', async (t) => {
  const { serviceId } = await createService(admin, tenant.id, 'viewer', ['documents:read'])
  const keys = `${services}/${serviceId}/keys`
  const wrong: [object, string[]][] = [
    [{ scopes: [] }, ['/scopes']],
    [{ scopes: ['everything'] }, ['/scopes/0']],
    [{ scopes: ['operator:write'] }, ['/scopes/0']],
    [{ scopes: ['tenants:create'] }, ['/scopes/0']],
    [{ networks: [] }, ['/networks']],
    [{ networks: ['10.0.0.0/33'] }, ['/networks/0']],
    [{ networks: ['::/129'] }, ['/networks/0']],
    [{ networks: ['localhost'] }, ['/networks/0']],
    [{ networks: [`${'1'.repeat(100)}/8`] }, ['/networks/0']],
    [{ expires_at: '2020-01-01T00:00:00Z' }, ['/expires_at']],
    [{ expires_at: '2016-12-31T23:59:60Z' }, ['/expires_at']],
    [{ expires_at: 'tomorrow' }, ['/expires_at']],
    [{ name: ' ' }, ['/name']],
    [{ admin: true }, ['/admin']]
  ]
  for (const [given, fields] of wrong) {
    const answer = await admin.send('POST', keys, { name: 'x', scopes: ['documents:read'], ...given })
    refused(t, answer, 'VALIDATION_ERROR', fields, JSON.stringify(given))
  }
  const twice = await admin.send<Key>('POST', keys, { name: 'x', scopes: ['audit:read', 'audit:read'] })
  t.same(twice.body.data.scopes, ['audit:read'])
  const all = await admin.send<Key>('POST', keys, { name: 'x' })
  t.equal(all.status, 201)
  t.same(all.body.data.scopes, TENANT_SCOPES, 'without scopes, a key can do all that its role allows')
})

void t.test('a wider scope includes the narrower one, and not the other way round', async (t) => {
  const users = `${path}/users`
  const routes = {
    files: `${path}/files`,
    usage: `${path}/usage`,
    documents: `${path}/documents`,
    tenant: path
  }
  const statuses = async (...scopes: Scope[]) => {
    const key = await createService(admin, tenant.id, 'admin', scopes)
    const got = await Promise.all(Object.values(routes).map((route) => key.get(route)))
    const added = await key.send('POST', users, { user_id: randomUUID(), role: 'viewer' })
    return Object.fromEntries(
      [...Object.keys(routes), 'members'].map((name, n) => [name, [...got, added][n]?.status !== 403])
    )
  }
  const none = { files: false, usage: false, documents: false, tenant: false, members: false }
  t.same(await statuses('files:read'), { ...none, files: true })
  t.same(await statuses('documents:read'), { ...none, files: true, documents: true })
  t.same(await statuses('usage:read'), { ...none, usage: true })
  t.same(await statuses('tenants:read'), { ...none, usage: true, tenant: true })
  t.same(await statuses('members'), { ...none, members: true })
  t.same(await statuses('members:write'), { ...none, members: true })
})

void t.test('a key that may only read files sees no documents in them', async (t) => {
  const { id, file_id } = await uploaded(admin, tenant.id, randomUUID())
  const documentsFor = async (...scopes: Scope[]) => {
    const key = await createService(admin, tenant.id, 'viewer', scopes)
    const { status, body } = await key.get<{ documents: { id: string }[] }>(`${path}/files/${file_id}`)
    t.equal(status, 200)
    return body.data.documents.map((document) => document.id)
  }
  t.same(await documentsFor('files:read'), [])
  t.same(await documentsFor('documents:read'), [id])
})

void t.test('expiry and network are checked with every request', async (t) => {
  const living = async (ms: number): Promise<KeyClient> => {
    const client = await createService(admin, tenant.id, 'viewer', ['documents:read'], {
      networks: ['127.0.0.0/8', '::1'],
      expires_at: new Date(Date.now() + ms).toISOString()
    })
    // On a busy machine such a short-lived key may have expired already.
    return (await client.get(`${path}/documents`)).status === 200 ? client : living(2 * ms)
  }
  const near = await living(4_000)
  const list = () => near.get(`${path}/documents`)
  await until(async () => (await list()).status === 401)
  const expired = await list()
  refused(t, expired, 'INVALID_TOKEN')
  t.match(expired.body.error.message, /expired/)
  const far = await addKey(admin, tenant.id, near.serviceId, ['documents:read'], {
    networks: ['192.0.2.0/24']
  })
  const outside = await far.get(`${path}/documents`)
  refused(t, outside, 'INVALID_TOKEN')
  t.match(outside.body.error.message, /network/)
  await sql`update api_keys set networks = '["nonsense"]' where id = ${far.keyId}`
  await until(async () => (await far.get(`${path}/documents`)).status === 401)
})

void t.test('keys of another tenant are out of reach', async (t) => {
  const other = await signUp(url, 'other')
  const foreign = await createTenant(other)
  const service = await createService(admin, tenant.id, 'admin', ['documents:read', 'members:write'])
  const theirs = `/api/tenants/${foreign.id}/service-accounts/${service.serviceId}`
  refused(t, await other.get(`${theirs}/keys`), 'SERVICE_ACCOUNT_NOT_FOUND')
  refused(
    t,
    await other.send('POST', `${theirs}/keys`, { name: 'x', scopes: ['documents:read'] }),
    'SERVICE_ACCOUNT_NOT_FOUND'
  )
  refused(t, await other.delete(`${theirs}/keys/${service.keyId}`), 'KEY_NOT_FOUND')
  refused(t, await other.delete(theirs), 'SERVICE_ACCOUNT_NOT_FOUND')
  const joined = await other.send('POST', `/api/tenants/${foreign.id}/users`, {
    user_id: service.serviceId,
    role: 'admin'
  })
  refused(t, joined, 'USER_NOT_FOUND')
  t.equal((await service.get(`${path}/documents`)).status, 200)
  await admin.delete(`${path}/users/${service.serviceId}`)
  const back = await admin.send('POST', `${path}/users`, { user_id: service.serviceId, role: 'viewer' })
  t.equal(back.status, 201, 'its own tenant can add it again')
})

void t.test('a service of the installation is the admin of the tenants that it creates', async (t) => {
  const product = await insertInstallationService(url, sql, [
    'tenants:create',
    'tenants:read',
    'documents:write'
  ])
  const created = [await createTenant(product, 'One'), await createTenant(product, 'Two')]
  t.equal(created.length, 2, 'it has no tenant limit')
  refused(t, await admin.send('POST', '/api/tenants', { name: 'x' }), 'TENANT_LIMIT_REACHED')
  await uploaded(product, created[0]?.id ?? '', 'content')
  const narrow = await product.get(`/api/tenants/${created[0]?.id}/documents`)
  refused(t, narrow, 'INSUFFICIENT_SCOPE')
  t.equal(
    narrow.headers.get('www-authenticate'),
    'Bearer realm="strongroom", error="insufficient_scope", scope="documents:read"'
  )
  refused(t, await product.get(`${path}/documents`), 'TENANT_NOT_FOUND')
  const own = await product.get<Page<{ role: string }>>('/api/tenants')
  t.same(
    own.body.data.items.map(({ role }) => role),
    ['admin', 'admin']
  )
})

void t.test('a key without the scope learns nothing about other tenants', async (t) => {
  const product = await insertInstallationService(url, sql, ['documents:read'])
  refused(t, await product.get(`${path}/audit`), 'TENANT_NOT_FOUND')
})

void t.test('the last use of a key is recorded', async (t) => {
  const service = await createService(admin, tenant.id, 'viewer', ['documents:read'])
  await service.get('/api/users/me')
  const other = await startApi(t, config)
  const there = Object.assign(service, { url: other.url })
  await there.get('/api/users/me')
  // An application records last uses when it closes, at the latest.
  await other.app.close()
  const { body } = await admin.get<Page<Key>>(`${services}/${service.serviceId}/keys`)
  t.equal(body.data.items[0]?.last_ip, '127.0.0.1')
  t.ok(body.data.items[0]?.last_used_at)
})

void t.test(
  'operator routes are for persons with the flag, and for services of the installation',
  async (t) => {
    const person = await signUpMember(url, sql, tenant.id, 'admin')
    const reader = await insertInstallationService(url, sql, ['operator:read'])
    const writer = await insertInstallationService(url, sql, ['operator:write', 'events:read'])
    const tenants = await createService(admin, tenant.id, 'admin', ['events:read'])
    await sql`update api_keys set scopes = '["operator:read"]' where id = ${tenants.keyId}`
    const codes: Record<string, string> = {}
    await t.test('a route with requireOperator', async (t) => {
      const built = await buildApp(config, createLogger('error', 'api'))
      built.get(
        '/api/operator/probe',
        { onRequest: built.requireOperator, config: { scope: 'operator:read' } },
        async () => ({})
      )
      t.throws(() => built.get('/api/forgotten', async () => ({})), /needs config\.scope/)
      t.teardown(() => built.close())
      const origin = await built.listen({ host: '127.0.0.1', port: 0 })
      const ask = async (token: string | undefined) => {
        const headers: Record<string, string> =
          token === undefined ? {} : { authorization: `Bearer ${token}` }
        const answer = await fetch(`${origin}/api/operator/probe`, { headers })
        return answer.status === 200
          ? 'OK'
          : ((await answer.json()) as { error: { code: string } }).error.code
      }
      await until(async () => (await ask(tenants.key)) !== 'INVALID_TOKEN')
      codes['nobody'] = await ask(undefined)
      codes['a person'] = await ask(person.token)
      codes['a service with operator:read'] = await ask(reader.key)
      codes['a service with operator:write'] = await ask(writer.key)
      codes['a service of a tenant'] = await ask(tenants.key)
      await sql`update users set operator = true where id = ${person.userId}`
      codes['an operator'] = await ask(person.token)
      await sql`update users set operator = false where id = ${person.userId}`
      codes['an operator no longer'] = await ask(person.token)
    })
    t.same(codes, {
      nobody: 'NOT_AUTHENTICATED',
      'a person': 'INSUFFICIENT_ROLE',
      'a service with operator:read': 'OK',
      'a service with operator:write': 'INSUFFICIENT_SCOPE',
      'a service of a tenant': 'INSUFFICIENT_SCOPE',
      'an operator': 'OK',
      'an operator no longer': 'INSUFFICIENT_ROLE'
    })
  }
)
