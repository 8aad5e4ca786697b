import type { FastifyRequest } from 'fastify'

/** Whether the sender may read the audit log of the tenant, and so the events that become its entries. */
export const seesAudit = ({ role, identity: { key } }: FastifyRequest): boolean =>
  role === 'admin' && (key === undefined || key.scopes.includes('audit:read'))
