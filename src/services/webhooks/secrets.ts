import type { Sealing } from '../../../plugins/sealing.js'

/** The purpose of the key that seals the secrets of webhooks. */
export const SEALING_PURPOSE = 'strongroom webhook secret'

export interface SealedSecrets {
  secret_sealed: Buffer
  /** Null if only the current one signs. */
  previous_sealed: Buffer | null
}

/**
 * The secrets that sign for an endpoint, the current one first.
 * @param onOld called with each secret that should be sealed again, since SECRETS_KEY was replaced
 */
export function unsealSecrets(
  sealing: Sealing,
  endpointId: string,
  { secret_sealed, previous_sealed }: SealedSecrets,
  onOld: (old: Buffer, sealed: Buffer) => void = () => undefined
): string[] {
  return [secret_sealed, previous_sealed].flatMap((sealed) => {
    if (sealed === null) return []
    const { text, isOld } = sealing.unseal(sealed, endpointId)
    if (isOld) onOld(sealed, sealing.seal(text, endpointId))
    return [text]
  })
}
