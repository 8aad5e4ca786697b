import { AppError, ERRORS, type ErrorCode } from '../../../core/errors.js'
import type { Metadata } from '../../../core/own-data.js'
import { storedFolder, storedMetadata, storedTags } from '../../../core/validation/own-data.js'
import type { Actor } from '../../../db/actor.js'
import type { BulkAction, BulkOutcome } from '../../../db/tenant/bulk-repository.js'
import type { Change } from '../../../plugins/messaging/change.js'
import type { TenantRef } from '../../../plugins/tenancy/router.js'

export type BulkActionName = BulkAction['action']

/** An action as the client sends it; valid with exactly the field that the action needs. */
export interface AskedAction {
  action: BulkActionName
  folder?: string | undefined
  tags?: readonly string[] | undefined
  metadata?: Record<string, Metadata[string] | null> | undefined
}

/** The outcome for one document. */
export interface BulkResult {
  id: string
  outcome: 'done' | 'unchanged' | 'failed'
  code?: ErrorCode
  message?: string
}

const NEEDED = {
  delete: undefined,
  move: 'folder',
  tag: 'tags',
  untag: 'tags',
  set_metadata: 'metadata'
} as const
const FIELDS = ['folder', 'tags', 'metadata'] as const

const OF_OUTCOMES = {
  changed: { outcome: 'done' },
  unchanged: { outcome: 'unchanged' },
  full: {
    outcome: 'failed',
    code: 'VALIDATION_ERROR',
    message: 'The document would have too many tags, or too much metadata'
  },
  missing: { outcome: 'failed', code: 'DOCUMENT_NOT_FOUND', message: ERRORS.DOCUMENT_NOT_FOUND[1] }
} as const satisfies Record<BulkOutcome | 'missing', Omit<BulkResult, 'id'>>

export type ChangeInBulk = ReturnType<typeof createBulkChanges>

/**
 * Changes many documents in one transaction, each with an outcome of its own. A repeated request finds all changes made
 * or none, and every action is idempotent.
 */
export const createBulkChanges =
  ({ change }: { change: Change }) =>
  /** @throws {AppError} VALIDATION_ERROR if the action lacks its field, or has another action's */
  async (
    tenant: TenantRef,
    ids: readonly string[],
    asked: AskedAction,
    actor: Actor
  ): Promise<BulkResult[]> => {
    const action = checked(asked)
    const distinct = [...new Set(ids.map((id) => id.toLowerCase()))]
    const outcomes = await change(tenant, (store) =>
      store.bulk.apply(distinct, action, { tenantId: tenant.id, actor })
    )
    return distinct.map((id) => ({ id, ...OF_OUTCOMES[outcomes.get(id) ?? 'missing'] }))
  }

function checked({ action, folder, tags, metadata }: AskedAction): BulkAction {
  const given = { folder, tags, metadata }
  const details = FIELDS.filter((name) => (given[name] !== undefined) !== (NEEDED[action] === name)).map(
    (name) => ({
      field: `/${name}`,
      message: NEEDED[action] === name ? 'is required for this action' : 'is not a field of this action'
    })
  )
  if (details.length > 0) throw new AppError('VALIDATION_ERROR', { details })
  switch (action) {
    case 'delete':
      return { action }
    case 'move':
      return { action, folder: storedFolder(folder ?? '') }
    case 'tag':
    case 'untag':
      return { action, tags: storedTags(tags ?? []) }
    case 'set_metadata':
      return { action, metadata: storedMetadata(metadata ?? {}) }
  }
}
