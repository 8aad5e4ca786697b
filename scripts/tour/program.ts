import type { Schemas } from '../../client/index.js'
import type { Api } from './api.js'
import { expect } from './expect.js'
import type { Owner } from './people.js'
import { checked, note } from './print.js'

/** A program reads a document with a key, may do nothing else, and is refused once the key is revoked. */
export async function readAsProgram(api: Api, owner: Owner, document: Schemas['Document']): Promise<void> {
  const admin = api.as(owner.token)
  const inTenant = { tenant_id: owner.tenant.id }
  note(`${owner.name} creates an account for a program, and a key that may only read documents.`)
  const { data: service } = await api.ok(
    admin.POST('/api/tenants/{tenant_id}/service-accounts', {
      params: { path: inTenant },
      body: { name: 'Archive search', role: 'user' }
    }),
    201,
    ({ data: { id, name, role } }) => ({ id, name, role })
  )
  const ofService = { ...inTenant, service_account_id: service.id }
  const { data: key } = await api.ok(
    admin.POST('/api/tenants/{tenant_id}/service-accounts/{service_account_id}/keys', {
      params: { path: ofService },
      body: { name: 'tour', scopes: ['documents:read'] }
    }),
    201,
    ({ data: { id, scopes } }) => ({ id, scopes })
  )

  note('The program reads the document on behalf of one of its users, and then tries to delete it.')
  const program = api.asProgram(key.key, 'user-42')
  const params = { path: { ...inTenant, document_id: document.id } }
  const read = () => program.GET('/api/tenants/{tenant_id}/documents/{document_id}', { params })
  const { data: found } = await api.ok(read(), 200, ({ data: { id, filename } }) => ({ id, filename }))
  expect(found.id === document.id, 'the document', found.id)
  const remove = program.DELETE('/api/tenants/{tenant_id}/documents/{document_id}', { params })
  const { code } = await api.refused(remove, 403)
  expect(code === 'INSUFFICIENT_SCOPE', 'INSUFFICIENT_SCOPE', code)

  note(`${owner.name} revokes the key.`)
  await api.ok(
    admin.DELETE('/api/tenants/{tenant_id}/service-accounts/{service_account_id}/keys/{key_id}', {
      params: { path: { ...ofService, key_id: key.id } }
    }),
    200,
    ({ message }) => ({ message })
  )
  await api.refused(read(), 401)
  checked('The key is refused from then on.')
}
