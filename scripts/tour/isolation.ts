import { randomUUID } from 'node:crypto'
import type { ApiClient, Schemas } from '../../client/index.js'
import type { Api } from './api.js'
import { expect } from './expect.js'
import type { Owner } from './people.js'
import { checked, note } from './print.js'

/** An outsider gets the same answer for another's resources as for ones that don't exist. */
export async function readAsStranger(
  api: Api,
  stranger: Owner,
  owner: Owner,
  document: Schemas['Document']
): Promise<void> {
  const as = api.as(stranger.token)
  const get = (tenantId: string, documentId: string) =>
    api.refused(getDocument(as, tenantId, documentId), 404)
  const same = (one: object, other: object) =>
    expect(JSON.stringify(one) === JSON.stringify(other), 'the same answer to both', [one, other])

  note(`${stranger.name} asks for ${owner.name}'s document, and for one in a tenant that does not exist.`)
  const foreign = await get(owner.tenant.id, document.id)
  same(foreign, await get(randomUUID(), document.id))

  note(
    `${stranger.name} looks for ${owner.name}'s document in a tenant of their own, and for one that does not exist.`
  )
  const own = await get(stranger.tenant.id, document.id)
  same(own, await get(stranger.tenant.id, randomUUID()))
  checked(`The answers are identical, so ${stranger.name} cannot find out what exists.`)
}

export async function readWithoutToken(api: Api, owner: Owner, document: Schemas['Document']): Promise<void> {
  note('Someone requests it without a token.')
  await api.refused(getDocument(api.as(), owner.tenant.id, document.id), 401)
  checked('Refused.')
}

function getDocument(client: ApiClient, tenantId: string, documentId: string) {
  const path = { tenant_id: tenantId, document_id: documentId }
  return client.GET('/api/tenants/{tenant_id}/documents/{document_id}', { params: { path } })
}
