import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { databaseName } from '../../db/database-url.js'
import { startChild } from '../../scripts/start/children.js'
import {
  Client,
  createTenant,
  logIn,
  PASSWORD,
  signUp,
  signUpMember,
  type TestTenant,
  type UserClient
} from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { createService, type KeyClient } from '../helpers/services-of-tenants.js'
import { startPostgresFront } from '../helpers/postgres-front.js'
import { until } from '../helpers/until.js'

/** Invariant: milliseconds after a revocation during which a process may still accept what it revokes. */
const BOUND_MS = 1000

const { config, environment, sql, places } = await createInstallation(t, { TENANT_MAX_CONNECTIONS: '8' })
const front = await startPostgresFront(t, config.database.url)
const counted = await startPostgresFront(t, config.database.url)
const main = databaseName(config.database.url)

async function startProcess(more: Record<string, string> = {}): Promise<string> {
  const child = startChild('The API', 'src/server', {
    ...process.env,
    ...environment,
    ...more
  })
  t.teardown(() => child.stop())
  return child.ready
}

/** Two processes that share only the database; the second one reaches it through fronts. */
const [here, there] = await Promise.all([
  startProcess(),
  startProcess({ DATABASE_URL: counted.url, DATABASE_DIRECT_URL: front.url })
])

interface Scene {
  admin: UserClient
  user: UserClient
  tenant: TestTenant
  /** Only where a key is revoked. */
  service?: KeyClient
}

async function setUp(): Promise<Scene> {
  const admin = await signUp(here, 'admin')
  const tenant = await createTenant(admin)
  return { admin, tenant, user: await signUpMember(here, sql, tenant.id, 'user') }
}

/** The ways to revoke a session's rights: through the first process's API, and by SQL ("by hand"). */
const REVOCATIONS: Record<string, (scene: Scene) => Promise<unknown>> = {
  'log-out': ({ user }) => expect(user.request('POST', '/api/auth/logout')),
  'a session row changed by hand': ({ user }) =>
    sql`update token_families set revoked_at = now() where user_id = ${user.userId}`,
  'a session row deleted by hand': ({ user }) =>
    sql`delete from token_families where user_id = ${user.userId}`,
  'password change in another session': async ({ user }) => {
    const { access_token } = await logIn(here, user.email)
    const change = { current_password: PASSWORD, new_password: `${PASSWORD}!` }
    await expect(new Client(here, access_token).send('PUT', '/api/users/me/password', change))
  },
  'the session ended from another one': async ({ user }) => {
    const { access_token } = await logIn(here, user.email)
    await expect(new Client(here, access_token).delete('/api/users/me/sessions'))
  },
  'a reused refresh token': async ({ user }) => {
    const anonymous = new Client(here)
    const refresh = () => anonymous.send('POST', '/api/auth/refresh', { refresh_token: user.refreshToken })
    await expect(refresh())
    await sql`update token_families set rotated_at = now() - interval '1 minute' where user_id = ${user.userId}`
    await expect(refresh(), 401)
  },
  'user deactivated by hand': ({ user }) => sql`update users set is_active = false where id = ${user.userId}`,
  'user deleted by hand': ({ user }) => sql`delete from users where id = ${user.userId}`,
  'member removed': ({ admin, tenant, user }) =>
    expect(admin.delete(`/api/tenants/${tenant.id}/users/${user.userId}`)),
  'member removed by hand': ({ user }) =>
    sql`delete from user_tenant_associations where user_id = ${user.userId}`,
  'role changed': ({ admin, tenant, user }) =>
    expect(admin.send('PUT', `/api/tenants/${tenant.id}/users/${user.userId}`, { role: 'viewer' })),
  'role changed by hand': ({ user }) =>
    sql`update user_tenant_associations set role = 'viewer' where user_id = ${user.userId}`,
  'tenant deactivated': ({ admin, tenant }) =>
    expect(admin.send('PUT', `/api/tenants/${tenant.id}`, { is_active: false })),
  'tenant deleted': ({ admin, tenant }) => expect(admin.delete(`/api/tenants/${tenant.id}`)),
  'tenant deactivated by hand': ({ tenant }) =>
    sql`update tenants set is_active = false where id = ${tenant.id}`
}

const keysOf = ({ tenant, service }: Scene) =>
  `/api/tenants/${tenant.id}/service-accounts/${String(service?.serviceId)}`
const keyId = ({ service }: Scene) => String(service?.keyId)
const serviceId = ({ service }: Scene) => String(service?.serviceId)

/** The same for a key's rights. */
const KEY_REVOCATIONS: Record<string, (scene: Scene) => Promise<unknown>> = {
  'key revoked': (scene) => expect(scene.admin.delete(`${keysOf(scene)}/keys/${keyId(scene)}`)),
  'service deleted': (scene) => expect(scene.admin.delete(keysOf(scene))),
  'service removed from the members': (scene) =>
    expect(scene.admin.delete(`/api/tenants/${scene.tenant.id}/users/${serviceId(scene)}`)),
  'key revoked by hand': (scene) => sql`update api_keys set revoked_at = now() where id = ${keyId(scene)}`,
  'key deleted by hand': (scene) => sql`delete from api_keys where id = ${keyId(scene)}`,
  'key expired by hand': (scene) => sql`update api_keys set expires_at = now() where id = ${keyId(scene)}`,
  'scopes replaced by hand': (scene) =>
    sql`update api_keys set scopes = '["audit:read"]' where id = ${keyId(scene)}`,
  'networks changed by hand': (scene) =>
    sql`update api_keys set networks = '["192.0.2.0/24"]' where id = ${keyId(scene)}`,
  'secret replaced by hand': (scene) =>
    sql`update api_keys set hash = decode(md5(id), 'hex') where id = ${keyId(scene)}`,
  'service deactivated by hand': (scene) =>
    sql`update users set is_active = false where id = ${serviceId(scene)}`,
  'service deleted by hand': (scene) => sql`delete from users where id = ${serviceId(scene)}`,
  'all keys truncated by hand': () => sql`truncate api_keys`
}

async function expect(answer: Promise<{ status: number }>, status = 200): Promise<void> {
  const got = (await answer).status
  if (got !== status) throw new Error(`answered ${got}`)
}

/**
 * Sends requests to the second process repeatedly, before and after the revocation.
 * @returns how many milliseconds after it the last accepted request was sent, or 0
 */
async function acceptedFor(scene: Scene, revoke: () => Promise<unknown>): Promise<number> {
  const client = new Client(there, scene.service?.key ?? scene.user.token)
  const documents = `/api/tenants/${scene.tenant.id}/documents`
  const listed = async () => (await client.get(documents)).status === 200
  const accepted = async () => {
    // Needs the role `user`, and changes nothing.
    const { status } = await client.send('PUT', `${documents}/${scene.tenant.id}`, { filename: 'x' })
    if (![404, 401, 403].includes(status)) throw new Error(`answered ${status}`)
    return status === 404 && (await listed())
  }
  // The list queries the tenant's own tables, which may be in the main database.
  const ofTenant = places.databaseOf(scene.tenant.database_name) === main ? 1 : 0
  // Wait until the second process answers from its cache, so that it has entries to evict.
  await until(async () => {
    counted.takeRoundTrips()
    if (!(await listed())) throw new Error('was not accepted before')
    return (counted.takeRoundTrips()[main] ?? 0) === ofTenant
  })
  await revoke()
  const revoked = performance.now()
  let last = 0
  for (;;) {
    const asked = performance.now() - revoked
    const still = await accepted()
    if (still) last = asked
    else if (asked > BOUND_MS || !(await accepted())) return last
    await delay(20)
  }
}

void t.test('another process sees a revocation within a second', async (t) => {
  for (const [what, revoke] of Object.entries(REVOCATIONS)) {
    const scene = await setUp()
    const milliseconds = await acceptedFor(scene, () => revoke(scene))
    t.ok(milliseconds < BOUND_MS, `${what}: accepted for ${Math.round(milliseconds)} ms`)
    t.comment(`${what}: ${Math.round(milliseconds)} ms`)
  }
})

void t.test('another process sees the revocation of a key within a second', async (t) => {
  for (const [what, revoke] of Object.entries(KEY_REVOCATIONS)) {
    const scene: Scene = await setUp()
    const scopes = ['documents:read', 'documents:write'] as const
    scene.service = await createService(scene.admin, scene.tenant.id, 'user', scopes)
    const milliseconds = await acceptedFor(scene, () => revoke(scene))
    t.ok(milliseconds < BOUND_MS, `${what}: accepted for ${Math.round(milliseconds)} ms`)
    t.comment(`${what}: ${Math.round(milliseconds)} ms`)
  }
})

void t.test(
  'a process that unknowingly misses notifications sees a revocation within a second too',
  async (t) => {
    for (const what of ['a session row changed by hand', 'role changed', 'tenant deleted']) {
      const scene = await setUp()
      const milliseconds = await acceptedFor(scene, () => {
        front.freeze()
        return (REVOCATIONS[what] as (scene: Scene) => Promise<unknown>)(scene)
      })
      front.thaw()
      t.ok(milliseconds < BOUND_MS, `${what}: accepted for ${Math.round(milliseconds)} ms`)
      t.comment(`${what}: ${Math.round(milliseconds)} ms`)
    }
  }
)

void t.test('while revocation cannot be checked, nobody gets in', async (t) => {
  const only = await startPostgresFront(t, config.database.url)
  const cut = await startProcess({ DATABASE_URL: only.url, DATABASE_DIRECT_URL: only.url })
  const scene = await setUp()
  const client = new Client(cut, scene.user.token)
  const list = () => client.get(`/api/tenants/${scene.tenant.id}/documents`)
  t.equal((await list()).status, 200)
  only.stop()
  const stopped = performance.now()
  let last = 0
  for (;;) {
    const asked = performance.now() - stopped
    const { status, body } = await list()
    if (status === 200) last = asked
    else {
      t.equal(status, 503)
      t.equal(body.error.code, 'DATABASE_UNAVAILABLE')
      if (asked > BOUND_MS) break
    }
    await delay(20)
  }
  t.ok(last < BOUND_MS, `accepted for ${Math.round(last)} ms`)
  only.start()
  for (;;) if ((await list()).status === 200) break
})
