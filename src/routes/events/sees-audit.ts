import type { FastifyRequest } from 'fastify'
import { mayUse } from '../../../core/scopes.js'

/** Whether the sender may read the audit log of the tenant, and so the events that become its entries. */
export const seesAudit = ({ role, identity: { key } }: FastifyRequest): boolean =>
  role === 'admin' && mayUse(key, 'audit:read')
