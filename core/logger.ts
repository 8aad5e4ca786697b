import { pino, type Logger } from 'pino'
import pretty from 'pino-pretty'
import { boundedLine } from './log-line.js'

/**
 * Lines are written 12 KiB at a time, and after 100 ms at the latest: in a profile of small reads, a write per line was
 * 8 % of the processor time, and a write per 4 KiB still 7 %. An exit, even by an uncaught error, writes the rest;
 * kill -9 loses it.
 */
const BUFFERED = { sync: false, minLength: 12_288, periodicFlush: 100 }

/** What must never appear in a log line, wherever an object that contains it is logged. */
const REDACT = [
  'authorization',
  'password',
  'access_token',
  'refresh_token',
  'device_token',
  'token'
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`])

/** The logger options of every process. */
export const loggerOptions = (level: string, name: string) => ({
  name,
  level,
  redact: { paths: REDACT, censor: '[redacted]' },
  hooks: { streamWrite: boundedLine }
})

/**
 * JSON lines, or readable ones in a terminal.
 * @param format default: depends on whether stdout is a terminal
 */
export function createLogger(
  level: string,
  name: string,
  format: 'pretty' | 'json' = process.stdout.isTTY ? 'pretty' : 'json'
): Logger {
  const options = loggerOptions(level, name)
  return format === 'pretty'
    ? pino(options, pretty({ ignore: 'pid,hostname', singleLine: true }))
    : pino(options, pino.destination(BUFFERED))
}
