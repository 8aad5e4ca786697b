import { pino, type Logger } from 'pino'
import pretty from 'pino-pretty'

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
  redact: { paths: REDACT, censor: '[redacted]' }
})

/** The argument by which a launcher tells its children that what they print ends on a terminal: they may have a pipe. */
export const PRETTY_LOGS = '--pretty-logs'

/** JSON lines, or readable ones where somebody watches a terminal. */
export function createLogger(level: string, name: string): Logger {
  const options = loggerOptions(level, name)
  return process.stdout.isTTY || process.argv.includes(PRETTY_LOGS)
    ? pino(options, pretty({ ignore: 'pid,hostname', singleLine: true }))
    : pino(options)
}
