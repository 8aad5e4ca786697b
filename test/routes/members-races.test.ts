import t from 'tap'
import { Client, createTenant, signUp, signUpMember, startApi, type Answer } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { seeded } from '../patches/seeded.js'

const ROUNDS = 20

/** Two applications on one database, as in two processes: neither knows what the other does. */
const { config, sql } = await createInstallation(t)
const [first, second] = [await startApi(t, config), await startApi(t, config)]

const ada = await signUp(first.url, 'ada')
const tenant = await createTenant(ada)
const path = `/api/tenants/${tenant.id}/users`
const bob = await signUpMember(second.url, sql, tenant.id, 'admin')
const eve = await signUpMember(first.url, sql, tenant.id, 'user')

type Roles = Record<string, string>
/** Sets the members, and waits until both applications know. */
async function reset(roles: Roles): Promise<void> {
  await sql`delete from user_tenant_associations where tenant_id = ${tenant.id} and user_id <> all(${Object.keys(roles)})`
  for (const [userId, role] of Object.entries(roles))
    await sql`insert into user_tenant_associations (user_id, tenant_id, role) values (${userId}, ${tenant.id}, ${role})
      on conflict (user_id, tenant_id) do update set role = excluded.role`
  for (const client of [ada, bob])
    if (roles[client.userId] === 'admin')
      await until(async () => (await client.get(`/api/tenants/${tenant.id}/audit?per_page=1`)).status === 200)
}

async function activeAdmins(): Promise<number> {
  const rows = await sql`select from user_tenant_associations member join users on users.id = member.user_id
    where tenant_id = ${tenant.id} and role = 'admin' and is_active`
  return rows.length
}

const remove = (actor: Client, userId: string) => actor.delete(`${path}/${userId}`)
const give = (actor: Client, userId: string, role: string) => actor.send('PUT', `${path}/${userId}`, { role })
const codeOf = ({ status, body }: Answer) => (status === 200 ? 'OK' : body.error.code)

const TWO: Roles = { [ada.userId]: 'admin', [bob.userId]: 'admin' }
/** The possible codes for the admin who came second: the last admin, or no longer an admin. */
const OVERTAKEN = ['LAST_ADMIN', 'TENANT_NOT_FOUND', 'INSUFFICIENT_ROLE']

const DUELS: Record<string, () => [Promise<Answer>, Promise<Answer>]> = {
  'remove each other': () => [remove(ada, bob.userId), remove(bob, ada.userId)],
  'demote each other': () => [give(ada, bob.userId, 'viewer'), give(bob, ada.userId, 'user')],
  'one removes, the other demotes': () => [remove(ada, bob.userId), give(bob, ada.userId, 'viewer')],
  'both leave': () => [remove(ada, ada.userId), remove(bob, bob.userId)],
  'both step down': () => [give(ada, ada.userId, 'viewer'), give(bob, bob.userId, 'user')]
}
for (const [what, duel] of Object.entries(DUELS)) {
  void t.test(`two admins: ${what}`, async (t) => {
    for (let round = 1; round <= ROUNDS; round++) {
      await reset(TWO)
      const codes = (await Promise.all(duel())).map(codeOf).sort()
      t.equal(codes.filter((code) => code === 'OK').length, 1, `round ${round}: ${codes.join(', ')}`)
      t.ok(codes.every((code) => code === 'OK' || OVERTAKEN.includes(code)))
      t.equal(await activeAdmins(), 1)
    }
  })
}

void t.test('an admin promotes a member and steps down at the same time', async (t) => {
  for (let round = 1; round <= ROUNDS; round++) {
    await reset({ [ada.userId]: 'admin', [eve.userId]: 'user' })
    const [promoted, left] = await Promise.all([
      give(ada, eve.userId, 'admin'),
      round % 2 ? give(ada, ada.userId, 'viewer') : remove(ada, ada.userId)
    ])
    t.equal(codeOf(promoted), 'OK')
    t.ok(['OK', 'LAST_ADMIN'].includes(codeOf(left)), codeOf(left))
    t.equal(await activeAdmins(), codeOf(left) === 'OK' ? 1 : 2)
  }
})

void t.test('many concurrent changes by all members leave an admin', async (t) => {
  const { oneOf: pick } = seeded(20_261_125)
  const people = [ada, bob, eve]
  for (let round = 1; round <= ROUNDS; round++) {
    await reset({ ...TWO, [eve.userId]: pick(['admin', 'viewer']) })
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => {
        const [actor, subject] = [pick(people), pick(people)]
        const kind = pick(['remove', 'admin', 'user', 'viewer'])
        return kind === 'remove' ? remove(actor, subject.userId) : give(actor, subject.userId, kind)
      })
    )
    // A deadlock would be a 503.
    t.ok(
      answers.every(({ status }) => status < 500),
      answers.map(codeOf).join(', ')
    )
    t.ok((await activeAdmins()) >= 1, `round ${round}: an admin is left`)
  }
})
