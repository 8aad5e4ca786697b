import { createHash, randomUUID } from 'node:crypto'
import type { HeldKey, IdempotencyKey } from '../../../db/tenant/idempotency-repository.js'
import type { UploadAnswer } from '../../../db/tenant/rows.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'
import { AppError } from '../../../core/errors.js'
import { compileCheck } from '../../../core/validation/check.js'
import { UploadedDocument } from '../../schemas/documents.js'

/** Seconds after which another request may have the key of one that was killed. */
const CLAIM_SECONDS = 15
/** Milliseconds between two renewals of a claim: two may fail before it is lost. */
const RENEW_MS = 5_000

/** What a request does that comes first with its key, or again. */
export interface KeyedWork<Result> {
  /** Does the work; the statement that commits it answers the key that `hold` makes of the fingerprint. */
  first(hold: (fingerprint: string) => HeldKey): Promise<Result>
  /** Comes instead when the key was answered; `fingerprint` is the first request's. */
  again(fingerprint: string, answer: UploadAnswer): Promise<Result>
}

/**
 * Idempotency-Keys of uploads. A claim lasts for seconds and is renewed while its request runs, however long that
 * takes: one of a killed process is free again soon. Who lost its claim cannot commit.
 */
export function createUploadKeys(router: Router) {
  return {
    /**
     * @throws {AppError} IDEMPOTENCY_IN_PROGRESS while another request holds the key; IDEMPOTENCY_MISMATCH when what
     * is kept for it is no answer
     */
    async run<Result>(
      tenant: TenantRef,
      { userId, key }: { userId: string; key: string },
      work: KeyedWork<Result>
    ): Promise<Result> {
      const id: IdempotencyKey = { userId, operation: 'uploadDocument', key }
      const owner = randomUUID()
      const claim = await router.withTenant(tenant, (store) =>
        store.idempotencyKeys.claim(id, owner, CLAIM_SECONDS)
      )
      if (claim.state === 'busy') throw new AppError('IDEMPOTENCY_IN_PROGRESS', { retryAfter: claim.seconds })
      if (claim.state === 'answered') {
        const { fingerprint, answer } = claim
        // Nothing that was answered here: the key is of no use to anybody.
        if (!isUploadAnswer(answer)) throw new AppError('IDEMPOTENCY_MISMATCH')
        return work.again(fingerprint, answer)
      }

      const renewal = setInterval(() => {
        // When it fails for long enough, the claim is lost, which the commit finds out.
        router
          .withTenant(tenant, (store) => store.idempotencyKeys.renew(id, owner, CLAIM_SECONDS))
          .catch(() => undefined)
      }, RENEW_MS)
      try {
        return await work.first((fingerprint) => ({ ...id, owner, fingerprint }))
      } catch (error) {
        // A commit whose answer got lost may have answered the key; then it stays. What cannot be released expires.
        await router
          .withTenant(tenant, (store) => store.idempotencyKeys.release(id, owner))
          .catch(() => undefined)
        throw error
      } finally {
        clearInterval(renewal)
      }
    }
  }
}

const problemsOf = compileCheck(UploadedDocument)
const isUploadAnswer = (answer: unknown): answer is UploadAnswer => problemsOf(answer).length === 0

/** Tells requests apart by what they ask for. */
export function fingerprintOf(...parts: (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
