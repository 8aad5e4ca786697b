import { Type } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import {
  AUDIT_COUNT_CAP,
  type AuditEntry,
  type AuditFilter,
  type AuditPage,
  type AuditPosition,
  type AuditRepository
} from '../../db/main/audit-repository.js'
import type { Event } from '../schemas/events.js'
import { Id, Moment } from '../schemas/formats.js'
import { decodeCursor, encodeCursor } from './cursor.js'

export interface AuditQuery {
  filter: AuditFilter
  page: number
  perPage: number
  cursor?: string | undefined
}

export interface AuditList {
  items: AuditEntry[]
  total: number
  /** True when more match than were counted. */
  totalCapped: boolean
  nextCursor: string | null
}

const position = TypeCompiler.Compile(Type.Object({ timestamp: Moment, id: Id }))
/** A cursor comes from outside: what it says must be fit to be compared with the columns. */
const isPosition = (value: unknown): value is AuditPosition => position.Check(value)

export type AuditService = ReturnType<typeof createAuditService>

export function createAuditService({ audit }: { audit: AuditRepository }) {
  async function list(of: AuditPage['of'], query: AuditQuery): Promise<AuditList> {
    const { filter, perPage } = query
    const scope = { of, filter }
    const start =
      query.cursor === undefined
        ? { offset: (query.page - 1) * perPage }
        : { after: decodeCursor(query.cursor, scope, isPosition) }
    // One more than asked for tells whether there is a next page.
    const found = await audit.list({ of, filter, limit: perPage + 1, start })
    const items = found.items.slice(0, perPage)
    const last = items.at(-1)
    const more = found.items.length > perPage && last !== undefined
    const filtered = Object.values(filter).some((value) => value !== undefined)
    const totalCapped = filtered && found.total > AUDIT_COUNT_CAP
    return {
      items,
      total: totalCapped ? AUDIT_COUNT_CAP : found.total,
      totalCapped,
      nextCursor: more ? encodeCursor({ timestamp: last.timestamp, id: last.event_id }, scope) : null
    }
  }

  return {
    /** What happened in a tenant, newest first. */
    listOfTenant: (tenantId: string, query: AuditQuery) => list({ tenantId }, query),

    /** What a user did outside of all tenants, newest first. */
    listOfUser: (userId: string, query: AuditQuery) => list({ userId }, query),

    /** Keeps an event; the same one again has no effect. */
    async keep({ event_id, tenant_id, user_id, timestamp, data }: Event<'audit.log'>): Promise<void> {
      const { action, target, details, ip = null } = data
      await audit.insert({ event_id, tenant_id, user_id, action, target, details, ip, timestamp })
    }
  }
}
