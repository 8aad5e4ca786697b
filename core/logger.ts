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
 * JSON lines, or readable ones where somebody watches a terminal.
 * @param format unless given, that of the terminal
 */
export function createLogger(
  level: string,
  name: string,
  format: 'pretty' | 'json' = process.stdout.isTTY ? 'pretty' : 'json'
): Logger {
  const options = loggerOptions(level, name)
  return format === 'pretty'
    ? pino(options, pretty({ ignore: 'pid,hostname', singleLine: true }))
    : pino(options)
}
