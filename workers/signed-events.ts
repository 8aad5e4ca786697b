import type { EventType, StrongroomEvent } from '../core/events.js'
import type { IncomingMessage } from '../plugins/messaging/incoming-message.js'
import type { LogsAreComplete } from '../plugins/messaging/log-switch.js'
import { PermanentError } from '../plugins/messaging/permanent-error.js'
import { SIGNATURE_HEADER, type EventSigner } from '../plugins/messaging/signatures.js'

/** Events whose handlers write to the audit log, or remove from it. */
const SIGNED: readonly EventType[] = ['audit.log', 'document.uploaded', 'user.deleted']

/** A message that must be from a relay of this installation, and is not. */
export class ForeignEventError extends PermanentError {
  override readonly name = 'ForeignEventError'
}

/**
 * Checks the signatures of these events: without them, anyone who can write to Kafka could forge the audit log.
 * Messages without a signature are accepted until the logs are declared complete, since earlier versions do not sign.
 * @throws {ForeignEventError}
 */
export const createSignatureCheck =
  (signer: Pick<EventSigner, 'isSigned'>, logsAreComplete: LogsAreComplete) =>
  async (message: Pick<IncomingMessage, 'value' | 'headers'>, event: StrongroomEvent): Promise<void> => {
    if (!SIGNED.includes(event.event_type) || signer.isSigned(message)) return
    const hasSignature = SIGNATURE_HEADER in message.headers
    if (hasSignature || (await logsAreComplete()))
      throw new ForeignEventError(
        hasSignature
          ? 'The signature of the event is wrong, or was made with a key that is no longer known'
          : 'The event is not signed, so it may be forged'
      )
  }
