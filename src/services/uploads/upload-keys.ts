import { randomUUID } from 'node:crypto'
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

/** What a request finds out about its Idempotency-Key: neither where it has none. */
export interface UploadClaim {
  /** The request has it now. */
  key?: ClaimedKey
  /** An earlier request has been answered with it. */
  earlier?: { fingerprint: string; answer: UploadAnswer }
}

/** A key that a request holds. */
export interface ClaimedKey {
  /** The key as the statement takes it that commits a document and answers the key with it. */
  answeredFor(fingerprint: string): HeldKey
  /** Renews the claim no longer; a key that was not answered is given back, so that the request may come again. */
  end(answered: boolean): Promise<void>
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
    async claim(
      tenant: TenantRef,
      { userId, key }: Pick<IdempotencyKey, 'userId' | 'key'>
    ): Promise<UploadClaim> {
      const id: IdempotencyKey = { userId, operation: 'uploadDocument', key }
      const owner = randomUUID()
      const claim = await router.withTenant(tenant, (store) =>
        store.idempotencyKeys.claim(id, owner, CLAIM_SECONDS)
      )
      if (claim.outcome === 'busy')
        throw new AppError('IDEMPOTENCY_IN_PROGRESS', { retryAfter: claim.seconds })
      if (claim.outcome === 'answered') {
        const { fingerprint, answer } = claim
        // Nothing that was answered here: the key is of no use to anybody.
        if (!isUploadAnswer(answer)) throw new AppError('IDEMPOTENCY_MISMATCH')
        return { earlier: { fingerprint, answer } }
      }

      const renewal = setInterval(() => {
        // When it fails for long enough, the claim is lost, which the commit finds out.
        router
          .withTenant(tenant, (store) => store.idempotencyKeys.renew(id, owner, CLAIM_SECONDS))
          .catch(() => undefined)
      }, RENEW_MS)
      return {
        key: {
          answeredFor: (fingerprint) => ({ ...id, owner, fingerprint }),
          async end(answered) {
            clearInterval(renewal)
            if (answered) return
            // A commit whose answer got lost may have answered the key; then it stays. What cannot be released expires.
            await router
              .withTenant(tenant, (store) => store.idempotencyKeys.release(id, owner))
              .catch(() => undefined)
          }
        }
      }
    }
  }
}

const problemsOf = compileCheck(UploadedDocument)
const isUploadAnswer = (answer: unknown): answer is UploadAnswer => problemsOf(answer).length === 0
