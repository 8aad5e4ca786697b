import type { Test } from 'tap'
import { Client, createTenant, signUp, startApi, type Answer } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { createService } from '../helpers/services-of-tenants.js'
import { until } from '../helpers/until.js'

/**
 * Two admins, a person and a service, remove or demote each other at once, repeatedly, through two applications as in two
 * processes. The person always remains an admin, whichever request came first.
 */
export async function duel(t: Test, rounds: number): Promise<void> {
  const { config, sql } = await createInstallation(t)
  const [first, second] = [await startApi(t, config), await startApi(t, config)]
  const ada = await signUp(first.url, 'ada')
  const tenant = await createTenant(ada)
  const service = await createService(ada, tenant.id, 'admin', ['members:write', 'tenants:read'])
  const program = new Client(second.url, service.key)
  const path = (userId: string) => `/api/tenants/${tenant.id}/users/${userId}`
  const codeOf = ({ status, body }: Answer) => (status === 200 ? 'OK' : body.error.code)

  const remove = (actor: Client, userId: string) => actor.delete(path(userId))
  const demote = (actor: Client, userId: string) => actor.send('PUT', path(userId), { role: 'viewer' })
  const deleteService = () => ada.delete(`/api/tenants/${tenant.id}/service-accounts/${service.serviceId}`)
  const ways = [
    [remove, remove],
    [demote, demote],
    [remove, demote],
    [demote, remove]
  ] as const

  for (let round = 0; round < rounds; round++) {
    const [ofAda, ofService] = ways[round % ways.length] ?? [remove, remove]
    const [won, lost] = await Promise.all([ofAda(ada, service.serviceId), ofService(program, ada.userId)])
    t.equal(codeOf(won), 'OK', `round ${round}: the person's request succeeds`)
    // The service's request is refused as such, or comes after the person's.
    t.ok(['LAST_ADMIN', 'TENANT_NOT_FOUND', 'INSUFFICIENT_ROLE'].includes(codeOf(lost)), codeOf(lost))
    const admins = await sql<{ user_id: string }[]>`
      select user_id from user_tenant_associations where tenant_id = ${tenant.id} and role = 'admin'`
    t.same(
      admins.map(({ user_id }) => user_id),
      [ada.userId]
    )
    await sql`insert into user_tenant_associations (user_id, tenant_id, role)
      values (${service.serviceId}, ${tenant.id}, 'admin')
      on conflict (user_id, tenant_id) do update set role = 'admin'`
    await until(async () => codeOf(await program.get(path(ada.userId).replace(/\/[^/]*$/, ''))) === 'OK')
    await until(async () => codeOf(await demote(program, service.keyId)) === 'VALIDATION_ERROR')
  }

  const demoted = await Promise.all([demote(ada, ada.userId), deleteService()])
  t.equal(codeOf(demoted[0]), 'LAST_ADMIN', 'a service does not count as another admin')
  t.equal(codeOf(demoted[1]), 'OK', 'a service can be deleted while a person is admin')
}
