import { codeOf, isDatabaseUnavailable, isRefusedConnection } from '../../db/error-codes.js'
import { TenancyStrategyError } from '../../db/main/installation-repository.js'
import { AppError } from '../../core/errors.js'
import { ConfigError } from '../../core/config/config.js'
import { ArchiveRefused } from '../../src/services/archives/archive-refused.js'
import { printable, printableLines } from './printable.js'

/** Thrown for the operator's mistakes; the text says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Thrown after the command has done everything that it could; the text says what is missing. */
export class Incomplete extends Error {
  override readonly name = 'Incomplete'
}

/**
 * Runs an operator's command and ends the process. The exit code is 0 or the command's `process.exitCode`; 1 if it
 * failed; 2 if the usage was wrong. That also holds for unhandled rejections and errors thrown in callbacks.
 */
export async function runCommand(command: () => Promise<void>): Promise<never> {
  process.on('uncaughtException', fail)
  try {
    await command()
  } catch (error) {
    fail(error)
  }
  process.exit()
}

function fail(error: unknown): never {
  console.error(explain(error))
  process.exit(error instanceof UsageError || isParseError(error) ? 2 : 1)
}

/** Errors of node:util's parseArgs. */
const isParseError = (error: unknown) => codeOf(error)?.startsWith('ERR_PARSE_ARGS') === true

/** Reports background errors, which do not end a command. */
export function warn(error: unknown, what?: string): void {
  console.error(what === undefined ? explain(error) : `${what}: ${explain(error)}`)
}

/** Errors whose line breaks are our own. */
const IN_LINES = [UsageError, ConfigError]
const SELF_EXPLAINING = [AppError, TenancyStrategyError, ArchiveRefused, Incomplete]

function explain(error: unknown): string {
  const known = explainKnown(error)
  if (known !== undefined) return known
  if (!(error instanceof Error)) return printable(String(error))
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? []
  return [`${error.name}: ${error.message}`, ...frames].map(printable).join('\n')
}

/**
 * What is wrong, and what to do about it, if an error is of a kind that operators meet. Escapes text that others chose; a
 * message that may contain such text stays on one line.
 */
export function explainKnown(error: unknown): string | undefined {
  if (IN_LINES.some((kind) => error instanceof kind)) return printableLines((error as Error).message)
  if (SELF_EXPLAINING.some((kind) => error instanceof kind)) return printable((error as Error).message)
  if (isParseError(error)) return `${printable((error as Error).message)} (--help shows the usage)`
  if (isDatabaseUnavailable(error))
    return `The database is unreachable (${codeOf(error) ?? 'no answer'}): check DATABASE_URL or TENANT_SERVERS, and that the server runs.`
  if (isRefusedConnection(error))
    return `The database refuses the connection (${printable((error as Error).message)}): check DATABASE_URL.`
  return undefined
}
