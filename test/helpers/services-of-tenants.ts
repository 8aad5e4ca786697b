import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { createApiKey } from '../../core/api-key.js'
import type { Scope } from '../../core/scopes.js'
import { Client } from './api.js'

/** A client that sends a key, with the ids of the key and its service account. */
export type KeyClient = Client & { serviceId: string; keyId: string; key: string }

interface CreatedKey {
  id: string
  key: string
}

/** Creates a tenant's service account with a key over the API. */
export async function createService(
  admin: Client,
  tenantId: string,
  role: string,
  scopes: readonly Scope[],
  more: object = {}
): Promise<KeyClient> {
  const path = `/api/tenants/${tenantId}/service-accounts`
  const { body } = await admin.send<{ id: string }>('POST', path, { name: `${role} service`, role })
  return addKey(admin, tenantId, body.data.id, scopes, more)
}

/** Creates another key of a service account. */
export async function addKey(
  admin: Client,
  tenantId: string,
  serviceId: string,
  scopes: readonly Scope[],
  more: object = {}
): Promise<KeyClient> {
  const path = `/api/tenants/${tenantId}/service-accounts/${serviceId}/keys`
  const created = await admin.send<CreatedKey>('POST', path, { name: 'a key', scopes, ...more })
  if (created.status !== 201) throw new Error(`no key was made: ${JSON.stringify(created.body)}`)
  const { id, key } = created.body.data
  return Object.assign(new Client(admin.url, key), { serviceId, keyId: id, key })
}

/** Inserts a service account of the installation, with a key, as rows. */
export async function insertInstallationService(
  url: string,
  sql: postgres.Sql,
  scopes: readonly Scope[]
): Promise<KeyClient> {
  const serviceId = randomUUID()
  const { id, key, hash } = createApiKey()
  await sql`insert into users (id, kind, first_name, last_name) values (${serviceId}, 'service', 'Product', '')`
  await sql`insert into api_keys (id, user_id, name, hash, scopes)
    values (${id}, ${serviceId}, 'a key', ${hash}, ${sql.json([...scopes])})`
  return Object.assign(new Client(url, key), { serviceId, keyId: id, key })
}
