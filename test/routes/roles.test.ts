import { randomUUID } from 'node:crypto'
import Fastify from 'fastify'
import t from 'tap'
import { requireRoleOnEveryRoute } from '../../src/routes/tenants/require-role.js'
import {
  createTenant,
  refused,
  signUp,
  signUpMember,
  startApi,
  uploaded,
  type Answer,
  type Client
} from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'

const { config, sql } = await createInstallation(t)
const { url } = await startApi(t, config)
const admin = await signUp(url)
const tenant = await createTenant(admin)
const user = await signUpMember(url, sql, tenant.id, 'user')
const viewer = await signUpMember(url, sql, tenant.id, 'viewer')
const path = `/api/tenants/${tenant.id}`
const document = await uploaded(admin, tenant.id, 'content')

type Call = (client: Client) => Promise<Answer<unknown>>

/** Calls by the lowest role that may make them. Unknown ids show that the role is checked first. */
const CALLS: Record<'viewer' | 'user' | 'admin', Record<string, Call>> = {
  viewer: {
    'get the tenant': (client) => client.get(path),
    'list documents': (client) => client.get(`${path}/documents`),
    'get a document': (client) => client.get(`${path}/documents/${document.id}`),
    'download a document': (client) => client.get(`${path}/documents/${document.id}/download`),
    'create a download URL': (client) =>
      client.request('POST', `${path}/documents/${document.id}/download-url`),
    'get the content': (client) => client.get(`${path}/documents/${randomUUID()}/content`),
    'see the usage': (client) => client.get(`${path}/usage`),
    'list files': (client) => client.get(`${path}/files`),
    'get a file': (client) => client.get(`${path}/files/${document.file_id}`)
  },
  user: {
    'upload a form': (client) => client.upload(tenant.id, 'uploaded'),
    'upload bytes': (client) => client.request('POST', `${path}/documents?filename=a`, { body: 'bytes' }),
    'update a document': (client) =>
      client.send('PUT', `${path}/documents/${document.id}`, { filename: 'a' }),
    'delete a document': (client) => client.delete(`${path}/documents/${randomUUID()}`)
  },
  admin: {
    'delete a file': (client) => client.delete(`${path}/files/${randomUUID()}`)
  }
}

void t.test('each role allows its own calls and those of lower roles', async (t) => {
  const clients = { viewer, user, admin }
  const ranks = ['viewer', 'user', 'admin'] as const
  for (const needed of ranks) {
    for (const [what, call] of Object.entries(CALLS[needed])) {
      for (const role of ranks) {
        const answer = await call(clients[role])
        if (ranks.indexOf(role) < ranks.indexOf(needed)) {
          refused(t, answer, 'INSUFFICIENT_ROLE', [], `${role}: ${what}`)
        } else {
          t.ok([200, 201, 302, 404].includes(answer.status), `${role}: ${what}: ${answer.status}`)
        }
      }
    }
  }
})

void t.test('refused requests have no effect', async (t) => {
  const own = await uploaded(user, tenant.id, 'of the user', { filename: 'own' })
  refused(t, await viewer.delete(`${path}/documents/${own.id}`), 'INSUFFICIENT_ROLE')
  refused(t, await viewer.send('PUT', `${path}/documents/${own.id}`, { filename: 'x' }), 'INSUFFICIENT_ROLE')
  refused(
    t,
    await viewer.send('PUT', `${path}/documents/${own.id}`, { nonsense: 1 }),
    'INSUFFICIENT_ROLE',
    [],
    'the role is checked before the body'
  )
  const { body } = await viewer.get(`${path}/documents/${own.id}`)
  t.match(body.data, { filename: 'own', user_id: user.userId })
  t.equal(
    (await user.delete(`${path}/documents/${document.id}`)).status,
    200,
    'a user may delete what others uploaded'
  )
})

void t.test('a refused upload is read to its end, so that the sender gets the answer', async (t) => {
  const large = Buffer.alloc(3 * 1024 * 1024)
  refused(t, await viewer.upload(tenant.id, large), 'INSUFFICIENT_ROLE')
  refused(
    t,
    await viewer.request('POST', `${path}/documents?filename=a`, { body: large }),
    'INSUFFICIENT_ROLE'
  )
})

void t.test('a role or membership that is changed by hand takes effect', async (t) => {
  const member = await signUpMember(url, sql, tenant.id, 'user')
  const change = (role: string) =>
    sql`update user_tenant_associations set role = ${role} where user_id = ${member.userId} and tenant_id = ${tenant.id}`
  const upload = () => member.upload(tenant.id, 'some bytes')
  t.equal((await member.upload(tenant.id, 'as user')).status, 201)
  await change('viewer')
  await until(async () => (await upload()).status === 403)
  refused(t, await member.upload(tenant.id, 'as viewer'), 'INSUFFICIENT_ROLE')
  t.equal((await member.get(`${path}/documents`)).status, 200)
  await change('admin')
  await until(async () => (await upload()).status === 201)
  refused(t, await member.delete(`${path}/files/${randomUUID()}`), 'FILE_NOT_FOUND')
  await sql`delete from user_tenant_associations where user_id = ${member.userId}`
  await until(async () => (await member.get(path)).status === 404)
  for (const [what, call] of Object.values(CALLS).flatMap((calls) => Object.entries(calls))) {
    refused(t, await call(member), 'TENANT_NOT_FOUND', [], what)
  }
})

void t.test('the application does not start if a route does not say who may call it', async (t) => {
  const scope = Fastify()
  requireRoleOnEveryRoute(scope)
  scope.get('/with', { config: { role: 'viewer' } }, async () => '')
  t.throws(() => scope.get('/without', async () => ''), { message: /GET .*\/without/ })
})
