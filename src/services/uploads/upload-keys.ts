import { randomUUID } from 'node:crypto'
import type { HeldKey, IdempotencyKey } from '../../../db/tenant/idempotency-repository.js'
import type { UploadAnswer } from '../../../db/tenant/rows.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'
import { AppError } from '../../../core/errors.js'
import { compileCheck } from '../../../core/validation/check.js'
import { UploadedDocument } from '../../schemas/documents.js'

/** Seconds after which another request can claim the key of a killed one. */
const CLAIM_SECONDS = 15
/** Milliseconds between renewals of a claim: two may fail before it is lost. */
const RENEW_MS = 5_000

/** What a request learns about its Idempotency-Key; neither field if it has none. */
export interface UploadClaim {
  /** The request holds the key now. */
  key?: ClaimedKey
  /** An earlier request was answered under this key. */
  earlier?: { fingerprint: string; answer: UploadAnswer }
}

/** A key that a request holds. */
export interface ClaimedKey {
  /** The key for the statement that commits a document and stores the answer under the key. */
  answeredFor(fingerprint: string): HeldKey
  /** Stops renewing the claim; a key without an answer is released, so that the request can be repeated. */
  end(answered: boolean): Promise<void>
}

/**
 * Idempotency-Keys of uploads. A claim lasts for seconds and is renewed while its request runs, however long that
 * takes; the key of a killed process is soon free again. A request that lost its claim cannot commit.
 */
export function createUploadKeys(router: Router) {
  return {
    /**
     * @throws {AppError} IDEMPOTENCY_IN_PROGRESS while another request holds the key; IDEMPOTENCY_MISMATCH if what is
     * stored for it is not an upload's answer
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
        // Not an answer of an upload: the key cannot be used here.
        if (!isUploadAnswer(answer)) throw new AppError('IDEMPOTENCY_MISMATCH')
        return { earlier: { fingerprint, answer } }
      }

      const renewal = setInterval(() => {
        // If renewing fails for long enough, the claim is lost, which the commit will notice.
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
            // A commit whose answer was lost may have answered the key; then it stays. A key that cannot be released
            // expires.
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
