import { randomUUID } from 'node:crypto'
import t from 'tap'
import type { LiveKey } from '../../db/main/api-keys-repository.js'
import type { MembershipResult, Role, Tenant } from '../../db/main/tenants-repository.js'
import type { KnownKey } from '../../plugins/access/known-key.js'
import { createAccess } from '../../plugins/access/access.js'

const IDENTITY = { userId: randomUUID(), sessionId: randomUUID() }
const TENANT: Tenant = {
  id: randomUUID(),
  name: 'Acme',
  database_name: 'tenant_acme',
  server: 'main',
  is_active: true,
  status: 'active',
  revision: 1,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z'
}

const KEY: LiveKey = {
  user_id: IDENTITY.userId,
  hash: Buffer.alloc(32),
  scopes: ['documents:read'],
  networks: null,
  expires_at: null,
  owner_tenant_id: null
}

/** An access check over a fake database that answers on demand and counts its queries. */
function setUp() {
  const state = {
    fresh: true,
    live: true,
    role: 'user' as Role | null,
    tenant: TENANT,
    key: KEY,
    asked: 0,
    /** While set, answers are computed at once but returned only after this resolves. */
    slow: undefined as Promise<void> | undefined
  }
  const answer = async <T>(value: T): Promise<T> => {
    state.asked += 1
    await state.slow
    return value
  }
  const access = createAccess({
    isFresh: () => state.fresh,
    sessions: { isLive: () => answer(state.live) },
    keys: { findLive: () => answer(state.live ? state.key : null) },
    tenants: {
      findMembership: () =>
        answer<MembershipResult>(
          !state.live
            ? { outcome: 'ended' }
            : state.role === null
              ? { outcome: 'no member' }
              : { outcome: 'member', membership: { role: state.role, tenant: state.tenant } }
        )
    }
  })
  const find = () => access.findMembership(IDENTITY, TENANT.id)
  /** How many database queries `work` causes. */
  const questions = async (work: () => Promise<unknown>) => {
    const before = state.asked
    await work()
    return state.asked - before
  }
  return { state, access, find, questions }
}

void t.test('positive answers are cached', async (t) => {
  const { access, find, questions } = setUp()
  t.equal(await questions(find), 1)
  t.equal(await questions(find), 0)
  t.same(await find(), { role: 'user', tenant: TENANT })
  t.equal(await questions(() => access.requireSession(IDENTITY)), 0, 'the session is cached too')
  t.equal(await questions(() => access.findMembership(IDENTITY, TENANT.id.toUpperCase())), 0)
})

void t.test('refusals are never cached', async (t) => {
  const { state, access, find, questions } = setUp()
  state.role = null
  t.equal(await questions(find), 1)
  t.equal(await questions(find), 1)
  t.equal(await find(), null)
  state.live = false
  access.everythingChanged()
  for (let round = 0; round < 2; round++) {
    await t.rejects(find(), { code: 'TOKEN_REVOKED' })
    await t.rejects(access.requireSession(IDENTITY), { code: 'TOKEN_REVOKED' })
  }
})

void t.test("one user's session is not another's", async (t) => {
  const { state, access, find } = setUp()
  await find()
  state.live = false
  await t.rejects(access.requireSession({ ...IDENTITY, userId: randomUUID() }), { code: 'TOKEN_REVOKED' })
})

void t.test('a key is cached as a session is, and the same changes evict it', async (t) => {
  const { state, access, questions } = setUp()
  const find = () => access.findKey('key', { sender: '::1' })
  t.equal(await questions(find), 1)
  t.equal(await questions(find), 0)
  t.match(await find(), {
    user_id: IDENTITY.userId,
    scopes: ['documents:read'],
    networks: null,
    expires: Infinity
  })
  const key = (await find()) as KnownKey
  const identity = { userId: KEY.user_id, sessionId: 'key', key }
  t.equal(await questions(() => access.findMembership(identity, TENANT.id)), 1, 'the role')
  t.equal(await questions(() => access.findMembership(identity, TENANT.id)), 0)
  for (const change of [
    () => access.sessionChanged('key'),
    () => access.userChanged(KEY.user_id),
    () => access.everythingChanged()
  ]) {
    change()
    t.equal(await questions(find), 1)
    t.equal(await questions(find), 0)
  }
  access.sessionChanged('another key')
  t.equal(await questions(find), 0)
  state.live = false
  access.sessionChanged('key')
  for (let round = 0; round < 2; round++) {
    t.equal(await questions(async () => t.equal(await find(), null)), 1, 'a refusal is not cached')
    await t.rejects(access.findMembership(identity, TENANT.id), { code: 'INVALID_TOKEN' })
  }
})

void t.test('the result of a key lookup that overlaps a change is not cached', async (t) => {
  const { state, access, questions } = setUp()
  let answerNow: () => void = () => undefined
  state.slow = new Promise((resolve) => (answerNow = resolve))
  const old = access.findKey('key', { sender: '::1' })
  state.slow = undefined
  access.sessionChanged('key')
  answerNow()
  await old
  t.equal(await questions(() => access.findKey('key', { sender: '::1' })), 1)
})

void t.test('a tenant cannot give its keys installation scopes', async (t) => {
  const { state, access } = setUp()
  state.key = {
    ...KEY,
    owner_tenant_id: TENANT.id,
    scopes: ['operator:write', 'tenants:create', 'audit:read']
  }
  t.same((await access.findKey('key', { sender: '::1' }))?.scopes, ['audit:read'])
  state.key = { ...state.key, owner_tenant_id: null }
  access.everythingChanged()
  t.equal((await access.findKey('key', { sender: '::1' }))?.scopes.length, 3)
})

void t.test('a change evicts its own entries and no others', async (t) => {
  const { access, find, questions } = setUp()
  await find()
  const changes: Record<string, () => void> = {
    session: () => access.sessionChanged(IDENTITY.sessionId),
    user: () => access.userChanged(IDENTITY.userId),
    member: () => access.memberChanged(IDENTITY.userId, TENANT.id),
    tenant: () => access.tenantChanged(TENANT.id),
    everything: () => access.everythingChanged()
  }
  for (const [what, change] of Object.entries(changes)) {
    change()
    t.equal(await questions(find), 1, what)
    t.equal(await questions(find), 0, `${what}, again`)
  }
  access.sessionChanged(randomUUID())
  access.userChanged(randomUUID())
  access.memberChanged(IDENTITY.userId, randomUUID())
  access.tenantChanged(randomUUID())
  t.equal(await questions(find), 0, 'others')
})

void t.test('an answer that overlaps a change is not cached', async (t) => {
  for (const what of ['session', 'user', 'member', 'tenant', 'everything'] as const) {
    const { state, access, find, questions } = setUp()
    let answerNow: () => void = () => undefined
    state.slow = new Promise((resolve) => (answerNow = resolve))
    const old = find()
    const oldSession = access.requireSession(IDENTITY)
    state.slow = undefined
    if (what === 'session') access.sessionChanged(IDENTITY.sessionId)
    else if (what === 'user') access.userChanged(IDENTITY.userId)
    else if (what === 'member') access.memberChanged(IDENTITY.userId, TENANT.id)
    else if (what === 'tenant') access.tenantChanged(TENANT.id)
    else access.everythingChanged()
    answerNow()
    await Promise.all([old, oldSession])
    t.equal(await questions(find), 1, what)
    t.equal(await questions(find), 0, `${what}: the new answer is cached`)
  }
})

void t.test('the cache is neither filled nor used while it may be stale', async (t) => {
  const { state, access, find, questions } = setUp()
  await find()
  state.fresh = false
  t.equal(await questions(find), 1)
  t.equal(await questions(() => access.requireSession(IDENTITY)), 1)
  state.role = null
  t.equal(await find(), null)
  state.fresh = true
  access.everythingChanged()
  state.fresh = false
  state.role = 'admin'
  await find()
  state.fresh = true
  t.equal(await questions(find), 1, 'answers from that time were not cached')
})

void t.test('while the database is down, nobody gets in', async (t) => {
  const failure = new Error('no database')
  const access = createAccess({
    isFresh: () => false,
    sessions: { isLive: () => Promise.reject(failure) },
    keys: { findLive: () => Promise.reject(failure) },
    tenants: { findMembership: () => Promise.reject(failure) }
  })
  await t.rejects(access.requireSession(IDENTITY), failure)
  await t.rejects(access.findMembership(IDENTITY, TENANT.id), failure)
  await t.rejects(access.findKey('k', { sender: '::1' }), failure)
})
