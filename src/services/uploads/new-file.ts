import { randomUUID } from 'node:crypto'
import type { NewUpload } from '../../../db/tenant/uploads-repository.js'

/** A new id and key: `tenants/{tenant_id}/files/{yyyy}/{mm}/{file_id}`, followed by the MD5 if it is known already. */
export function newFile(tenant: { id: string }, md5Hash?: string): NewUpload['file'] {
  const id = randomUUID()
  const [year, month] = new Date().toISOString().split('-')
  const suffix = md5Hash === undefined ? '' : `_${md5Hash}`
  return { id, key: `tenants/${tenant.id}/files/${year}/${month}/${id}${suffix}` }
}
