import { pino, type Logger } from 'pino'
import pretty from 'pino-pretty'
import { boundedLine } from './log-line.js'

/** What must never be in a log line, wherever an object with it is logged. */
const REDACT = ['authorization', 'password', 'access_token', 'refresh_token'].flatMap((name) => [
  name,
  `*.${name}`,
  `*.*.${name}`
])

/** How every process logs. */
export const loggerOptions = (level: string, name: string) => ({
  name,
  level,
  redact: { paths: REDACT, censor: '[redacted]' },
  hooks: { streamWrite: boundedLine }
})

/**
 * How a launcher tells its children that what they print ends on a terminal: "1" or "0". Their own standard output
 * may be a pipe.
 */
export const PRETTY_LOGS = 'STRONGROOM_PRETTY_LOGS'

/** JSON lines, or readable ones where somebody watches a terminal. */
export function createLogger(level: string, name: string): Logger {
  const options = loggerOptions(level, name)
  const told = process.env[PRETTY_LOGS]
  return told === '1' || (told === undefined && process.stdout.isTTY)
    ? pino(options, pretty({ ignore: 'pid,hostname', singleLine: true }))
    : pino(options)
}
