import rdkafka from 'node-rdkafka'
import { toError } from '../../plugins/messaging/kafka-client.js'
import { sleep } from '../../core/concurrency/sleep.js'

const { ERRORS } = rdkafka.CODES
/** Errors that pass: a broker has just started, or another one is taking over from one that has stopped. */
const PASSING = new Set<number | undefined>([
  ...[ERRORS.ERR_NOT_LEADER_FOR_PARTITION, ERRORS.ERR_LEADER_NOT_AVAILABLE],
  ...[ERRORS.ERR_COORDINATOR_LOAD_IN_PROGRESS, ERRORS.ERR_COORDINATOR_NOT_AVAILABLE],
  ERRORS.ERR_NOT_COORDINATOR
])
/** Milliseconds that a command waits for each answer of a broker, which may be busy. */
export const ANSWER_MS = 10_000
/** Milliseconds for which a request is repeated while the brokers elect a leader or coordinator. */
const DECIDED_MS = 30_000
const PAUSE_MS = 250

type Callback<Answer> = (error: unknown, answer: Answer) => void

/**
 * A broker's answer to a command's request, repeated while an error may pass.
 * @throws if none answers, or it refuses
 */
export async function asking<Answer>(question: (callback: Callback<Answer>) => void): Promise<Answer> {
  for (const end = performance.now() + DECIDED_MS; ;) {
    try {
      return await new Promise<Answer>((resolve, reject) => {
        question((error, answer) => {
          if (error) reject(toError(error))
          else resolve(answer)
        })
      })
    } catch (error) {
      if (!PASSING.has(toError(error).code) || performance.now() > end) throw error
      await sleep(PAUSE_MS)
    }
  }
}
