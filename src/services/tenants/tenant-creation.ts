import { createHash, randomUUID } from 'node:crypto'
import type { Actor } from '../../../db/actor.js'
import type { KeyClaim, NewTenant } from '../../../db/main/tenant-creation-repository.js'
import type { TenantKeyRepository } from '../../../db/main/tenant-keys-repository.js'
import type { Tenant, TenantRepository } from '../../../db/main/tenants-repository.js'
import type { AccessChanges } from '../../../plugins/access/access.js'
import type { Outboxes } from '../../../plugins/messaging/outboxes.js'
import type { Places } from '../../../plugins/tenancy/places.js'
import { within } from '../../../core/concurrency/timeout.js'
import { FairLine } from '../../../core/concurrency/fair-line.js'
import { tenantDatabaseName } from '../../../plugins/tenancy/database-name.js'
import { AppError } from '../../../core/errors.js'
import { storedName } from '../../../core/validation/names.js'
import { MAX_TENANT_NAME_LENGTH } from '../../schemas/tenants.js'
import type { ChooseServer } from './server-choice.js'
import { createTenantCompletion } from './tenant-completion.js'

/** Seconds after which a retry may take over the creation of a request that is still unanswered. */
const CLAIM_SECONDS = 15
/** Milliseconds after which a creation leaves its place in the line, while the work on its server goes on. */
const READY_MS = 120_000
/** Concurrent creations per process, each of which holds a connection to the main database. */
const AT_ONCE = 4
/** Maximum number of waiting creations; one account has at most half of them. */
const MAX_WAITING = 100
/** Maximum wait of a creation in milliseconds. */
const MAX_WAIT_MS = 30_000

export interface TenantCreationDependencies {
  tenants: TenantRepository
  tenantKeys: TenantKeyRepository
  places: Places
  chooseServer: ChooseServer
  outboxes: Outboxes
  accessChanges: Pick<AccessChanges, 'tenantChanged'>
  /** Maximum number of tenants that an account has created, not counting purged ones; null: no limit. */
  tenantsPerAccount: number | null
  /** Whether an account may create tenants at all. */
  mayCreate: (userId: string) => Promise<boolean>
}

export interface CreationRequest {
  key?: string | undefined
  /** Throws if the session has ended while the request waited for its turn. */
  askAgain?: () => Promise<void>
  /** For service accounts of the installation, which create the tenants of a whole product. */
  unlimited?: boolean
  /** The name of the server for the tenant; any with room by default. */
  server?: string | undefined
}

export interface CreatedTenant {
  tenant: Tenant
  /** True if an earlier request with the same key got this answer. */
  replayed: boolean
}

/** One request's claim on an Idempotency-Key. */
function claimOf(key: string, ...asked: string[]): KeyClaim {
  const fingerprint = createHash('sha256').update(JSON.stringify(asked)).digest('hex')
  return { key, owner: randomUUID(), fingerprint, seconds: CLAIM_SECONDS }
}

/**
 * Creates tenants. If a place was prepared in advance, one transaction does everything. Otherwise the row is inserted
 * first, so that there is always a record of what to finish.
 */
export function createTenantCreation(dependencies: TenantCreationDependencies) {
  const { tenants, tenantKeys, places, chooseServer, outboxes, accessChanges, tenantsPerAccount, mayCreate } =
    dependencies
  const line = new FairLine({
    places: AT_ONCE,
    waiting: MAX_WAITING,
    waitMs: MAX_WAIT_MS,
    busy: () => new AppError('TENANT_BUSY'),
    keepsPlacesFree: true
  })

  const { makeReady } = createTenantCompletion({ tenants, places, outboxes })

  async function makeReadyNow(tenant: Tenant): Promise<Tenant> {
    try {
      const ready = await within(READY_MS, makeReady(tenant))
      accessChanges.tenantChanged(tenant.id)
      return ready
    } catch (error) {
      throw new AppError('TENANT_NOT_READY', { cause: error, retryAfter: 10 })
    }
  }

  /** The answer to a request whose key the user has sent before. */
  async function repeat(userId: string, claim: KeyClaim): Promise<CreatedTenant> {
    const { key, owner } = claim
    const known = await tenantKeys.find(userId, key)
    if (known !== null && known.fingerprint !== claim.fingerprint) throw new AppError('IDEMPOTENCY_MISMATCH')
    if (known?.result) return { tenant: known.result, replayed: true }
    // The tenant of an interrupted request: this request continues with it instead of creating another.
    const claimed = await tenantKeys.takeOver(userId, key, owner, CLAIM_SECONDS)
    const tenant = claimed.outcome === 'held' ? null : await tenants.findById(claimed.tenantId)
    if (tenant === null) throw new AppError('IDEMPOTENCY_IN_PROGRESS', { retryAfter: known?.seconds ?? 1 })
    return { tenant: await makeReadyHolding(tenant, userId, claim), replayed: false }
  }

  /** A failed creation releases its claim, so that the next attempt need not wait. */
  async function makeReadyHolding(
    tenant: Tenant,
    userId: string,
    claim: KeyClaim | undefined
  ): Promise<Tenant> {
    try {
      return await makeReadyNow(tenant)
    } catch (error) {
      if (claim !== undefined) await tenantKeys.release(userId, claim.key, claim.owner).catch(() => undefined)
      throw error
    }
  }

  async function createNamed(
    tenant: NewTenant,
    claim: KeyClaim | undefined,
    actor: Actor,
    limit: number | null
  ): Promise<CreatedTenant | 'server full'> {
    const ready = await outboxes.recordMain(() =>
      tenants.insertReady(tenant, claim, actor, limit, (transaction, place) =>
        places.adopt(transaction, place)
      )
    )
    if (ready.outcome === 'created') return { tenant: ready.tenant, replayed: false }
    const begun =
      ready.outcome === 'not possible'
        ? await outboxes.recordMain(() => tenants.insert(tenant, claim, actor, limit))
        : ready
    if (begun.outcome === 'server full') return 'server full'
    if (begun.outcome === 'no creator') throw new AppError('TOKEN_REVOKED')
    if (begun.outcome === 'too many') throw new AppError('TENANT_LIMIT_REACHED')
    if (begun.outcome === 'created')
      return { tenant: await makeReadyHolding(begun.tenant, actor.userId, claim), replayed: false }
    if (claim === undefined) throw new Error('The tenant was not inserted')
    return repeat(actor.userId, claim)
  }

  /** @param full servers that have filled up since they were chosen */
  async function createSomewhere(
    name: string,
    wanted: string | undefined,
    claim: KeyClaim | undefined,
    actor: Actor,
    limit: number | null,
    full: string[] = []
  ): Promise<CreatedTenant> {
    const server = await chooseServer(wanted, full).catch(async (error: unknown) => {
      // This may repeat the request whose tenant took the last room.
      if (claim !== undefined && (await tenantKeys.find(actor.userId, claim.key)) !== null) return null
      throw error
    })
    if (server === null) return repeat(actor.userId, claim as KeyClaim)
    const { name: on, isLimited } = server
    const tenant = { id: randomUUID(), name, databaseName: tenantDatabaseName(), server: on, isLimited }
    const created = await createNamed(tenant, claim, actor, limit)
    if (created !== 'server full') return created
    return createSomewhere(name, wanted, claim, actor, limit, [...full, on])
  }

  return {
    /**
     * Creates a tenant with its creator as admin. With an Idempotency-Key, the same key and name return the same tenant
     * for a day, even if the process was killed in between.
     * @throws {AppError} TENANT_NOT_READY if it is not ready yet, while the worker keeps trying; TENANT_CREATION_DENIED,
     * TENANT_LIMIT_REACHED, SERVERS_FULL, TENANT_BUSY, IDEMPOTENCY_MISMATCH, IDEMPOTENCY_IN_PROGRESS, VALIDATION_ERROR,
     * TOKEN_REVOKED, and what `askAgain` throws
     */
    async create(
      name: string,
      actor: Actor,
      { key, askAgain, unlimited = false, server: wanted }: CreationRequest = {}
    ): Promise<CreatedTenant> {
      const stored = storedName(name, '/name', MAX_TENANT_NAME_LENGTH)
      const claim =
        key === undefined ? undefined : claimOf(key, stored, ...(wanted === undefined ? [] : [wanted]))
      return line.run({ keys: [actor.userId] }, async () => {
        await askAgain?.()
        if (!(await mayCreate(actor.userId))) throw new AppError('TENANT_CREATION_DENIED')
        try {
          return await createSomewhere(stored, wanted, claim, actor, unlimited ? null : tenantsPerAccount)
        } finally {
          places.refill()
        }
      })
    }
  }
}
