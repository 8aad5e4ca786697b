import { codeOf, isDatabaseUnavailable } from '../../db/error-codes.js'
import { TenancyStrategyError } from '../../db/main/installation-repository.js'
import { AppError } from '../../core/errors.js'
import { ConfigError } from '../../core/config/config.js'
import { printable, printableLines } from './printable.js'

/** Thrown for what the person at the terminal did wrong; the text says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/**
 * Runs an operator's command and ends the process: 0, or what the command has set as `process.exitCode`; 1 when it
 * failed, 2 when it was not called right.
 */
export async function runCommand(command: () => Promise<void>): Promise<never> {
  try {
    await command()
    process.exit()
  } catch (error) {
    console.error(explain(error))
    process.exit(error instanceof UsageError || isParseError(error) ? 2 : 1)
  }
}

/** What node:util's parseArgs throws. */
const isParseError = (error: unknown) => codeOf(error)?.startsWith('ERR_PARSE_ARGS') === true

/** For errors of the background, which a command survives. */
export function warn(error: unknown, what?: string): void {
  console.error(what === undefined ? explain(error) : `${what}: ${explain(error)}`)
}

/** Their text has several lines, which are ours. */
const IN_LINES = [UsageError, ConfigError]
const SELF_EXPLAINING = [AppError, TenancyStrategyError]

/** Without anything that others chose to do to the terminal; a message that repeats their text is one line. */
function explain(error: unknown): string {
  if (IN_LINES.some((kind) => error instanceof kind)) return printableLines((error as Error).message)
  if (SELF_EXPLAINING.some((kind) => error instanceof kind)) return printable((error as Error).message)
  if (isParseError(error)) return `${printable((error as Error).message)} (--help shows the usage)`
  if (isDatabaseUnavailable(error))
    return `The database is unreachable (${codeOf(error) ?? 'no answer'}): check DATABASE_URL and that the server runs.`
  if (!(error instanceof Error)) return printable(String(error))
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? []
  return [`${error.name}: ${error.message}`, ...frames].map(printable).join('\n')
}
