import { findKafka } from './find-kafka.js'
import { HELP, parseCommand } from './options.js'
import { settleDeadLetters } from './settle-dead-letters.js'
import { listDeadLetters, showDeadLetter } from './show-dead-letters.js'
import { eventSigner } from './signer.js'
import type { Say } from './say.js'
import { showLag } from './show-lag.js'
import { tail } from './tail.js'

/**
 * Runs one command.
 * @returns the exit code
 * @throws an Error whose message says what is wrong and what to do
 */
export async function runEvents(
  args: string[],
  environment: Record<string, string>,
  say: Say
): Promise<number> {
  const command = parseCommand(args)
  if (command.name === 'help') {
    say(HELP)
    return 0
  }
  const kafka = findKafka(command.brokers, environment)
  if (command.name === 'tail') return tail(kafka, command, say)
  if (command.name === 'lag') return showLag(kafka, say)
  if (command.name === 'dlq list') return listDeadLetters(kafka, command, say)
  if (command.name === 'dlq show') return showDeadLetter(kafka, command, say)
  return settleDeadLetters(kafka, command, eventSigner(environment), say)
}
