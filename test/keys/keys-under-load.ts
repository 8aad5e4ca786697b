import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import { createApiKey } from '../../core/api-key.js'
import { startChild } from '../../scripts/start/children.js'
import { Client, createTenant, signUp } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { seeded } from '../patches/seeded.js'

/** Invariant: milliseconds after a revocation during which a process may still accept a key. */
const BOUND_MS = 1_000
const KEYS_PER_SERVICE = 10
const SENDERS = 8

interface Key {
  id: string
  key: string
  serviceId: string
  /** When it was revoked, on this process's clock in milliseconds; undefined while it is valid. */
  revoked?: number
}

/**
 * Sends requests with many keys to two processes while keys are revoked at random, over the API and by hand. No key may
 * be accepted a second after its revocation, and no valid key may be refused.
 */
export async function revokeUnderLoad(t: Test, count: number, seed: number): Promise<void> {
  const { environment, sql } = await createInstallation(t, { TENANT_MAX_CONNECTIONS: '8' })
  const urls = await Promise.all(
    [1, 2].map(async () => {
      const child = startChild('The API', 'src/server', { ...process.env, ...environment })
      t.teardown(() => child.stop())
      return child.ready
    })
  )
  const admin = await signUp(String(urls[0]))
  const tenant = await createTenant(admin)
  const documents = `/api/tenants/${tenant.id}/documents`

  const made = Array.from({ length: count }, createApiKey)
  const services = Array.from({ length: Math.ceil(count / KEYS_PER_SERVICE) }, () => randomUUID())
  const keys: Key[] = made.map(({ id, key }, index) => ({
    ...{ id, key },
    serviceId: String(services[Math.floor(index / KEYS_PER_SERVICE)])
  }))
  await sql`insert into users ${sql(services.map((id) => ({ id, kind: 'service', owner_tenant_id: tenant.id, first_name: 'a', last_name: '' })))}`
  await sql`insert into user_tenant_associations ${sql(services.map((user_id) => ({ user_id, tenant_id: tenant.id, role: 'viewer' })))}`
  await sql`insert into api_keys ${sql(
    made.map(({ id, hash }, index) => ({
      ...{ id, hash, name: 'a', user_id: String(keys[index]?.serviceId) },
      scopes: sql.json(['documents:read'])
    }))
  )}`

  const { below, oneOf } = seeded(seed)
  /** Each returns the keys that it revokes. */
  const revocations: ((key: Key) => Promise<Key[]>)[] = [
    async (key) => {
      const path = `/api/tenants/${tenant.id}/service-accounts/${key.serviceId}/keys/${key.id}`
      await new Client(oneOf(urls), String(admin.token)).delete(path)
      return [key]
    },
    async (key) => {
      await sql`update api_keys set revoked_at = now() where id = ${key.id}`
      return [key]
    },
    async (key) => {
      await sql`delete from api_keys where id = ${key.id}`
      return [key]
    },
    async (key) => {
      await sql`update users set is_active = false where id = ${key.serviceId}`
      return keys.filter(({ serviceId }) => serviceId === key.serviceId)
    }
  ]
  /** Few enough that most keys stay valid, even though a revocation may end all keys of a service. */
  const doomed = keys.filter(() => below(4) === 0)
  const counts = { accepted: 0, refused: 0, busy: 0, late: 0, wronged: 0 }
  let latest = 0
  let running = true

  async function send(): Promise<void> {
    while (running) {
      const key = oneOf(keys)
      const asked = performance.now()
      const { status, body } = await new Client(oneOf(urls), key.key).get(`${documents}?per_page=1`)
      const { revoked } = key
      if (status === 503 || status === 429) counts.busy += 1
      else if (status === 200) {
        counts.accepted += 1
        if (revoked === undefined || asked < revoked) continue
        latest = Math.max(latest, asked - revoked)
        if (asked - revoked > BOUND_MS) counts.late += 1
      } else {
        counts.refused += 1
        // A refused key must have been revoked, or be in the middle of that.
        if (status !== 401 || body.error.code !== 'INVALID_TOKEN' || !going.has(key.serviceId))
          counts.wronged += 1
      }
    }
  }
  const going = new Set(doomed.map(({ serviceId }) => serviceId))
  const senders = Array.from({ length: SENDERS }, send)
  const answered = () => counts.accepted + counts.refused
  for (const key of doomed) {
    const before = answered()
    await until(async () => answered() >= before + SENDERS)
    const gone = await oneOf(revocations)(key)
    for (const one of gone) one.revoked ??= performance.now()
  }
  // The senders continue beyond the bound, and long enough to use each key again.
  const bound = Math.max(...keys.map(({ revoked = 0 }) => revoked)) + BOUND_MS
  await until(async () => performance.now() > bound)
  const after = answered()
  await until(async () => answered() > after + count)
  running = false
  await Promise.all(senders)

  const wrong: string[] = []
  for (const url of urls)
    for (const { key, id, revoked } of keys) {
      const { status } = await new Client(url, key).get('/api/users/me')
      if (status !== (revoked === undefined ? 200 : 401)) wrong.push(`${id}: ${status}`)
    }
  t.comment(`${JSON.stringify(counts)}, accepted for at most ${Math.round(latest)} ms`)
  t.same(wrong, [], 'in the end, exactly the valid keys are accepted')
  t.equal(counts.late, 0, 'no key is accepted a second after its revocation')
  t.equal(counts.wronged, 0, 'no valid key is refused')
  t.ok(counts.accepted > doomed.length && counts.refused > 0, JSON.stringify(counts))
}
