import { TenancyStrategyError } from '../db/main/installation-repository.js'
import { ProcessStartError } from './cluster/primary.js'
import { ConfigError } from '../core/config/config.js'

/** Tells the parent process that this one is serving, and where. */
export function announceReady(url: string): void {
  process.send?.({ type: 'ready', url })
}

/** Closes when the parent process is gone, however it ended. */
export function closeOnDisconnect(grace: { close: () => void }): void {
  process.once('disconnect', () => grace.close())
}

/** Starts a process; on failure, prints the reason for the person who started it, and exits. */
export async function exitOnStartFailure(start: () => Promise<void>): Promise<void> {
  try {
    await start()
  } catch (error) {
    console.error(explain(error))
    process.exit(1)
  }
}

/** Errors whose message needs no stack. */
const EXPLAINED = [ConfigError, TenancyStrategyError, ProcessStartError]

function explain(error: unknown): string {
  if (EXPLAINED.some((kind) => error instanceof kind)) return (error as Error).message
  const { code, port, address } = error as { code?: string; port?: number; address?: string }
  if (code === 'EADDRINUSE') {
    return `Port ${port} on ${address} is in use. Stop the other program, or set PORT (or WORKER_PORT) to another one.`
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
