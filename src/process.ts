import { TenancyStrategyError } from '../db/main/installation-repository.js'
import { ConfigError } from './config.js'

/** Tells whoever started this process that it serves now, and where. */
export function announceReady(url: string): void {
  process.send?.({ type: 'ready', url })
}

/** Closes when the process that started this one is gone, however it ended. */
export function closeOnDisconnect(grace: { close: () => void }): void {
  process.once('disconnect', () => grace.close())
}

/** Runs the start of a process; when it fails, says why in words for the person who started it. */
export async function exitOnStartFailure(start: () => Promise<void>): Promise<void> {
  try {
    await start()
  } catch (error) {
    console.error(explain(error))
    process.exit(1)
  }
}

function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof TenancyStrategyError) return error.message
  const { code, port, address } = error as { code?: string; port?: number; address?: string }
  if (code === 'EADDRINUSE') {
    return `Port ${port} on ${address} is taken. Stop the other program, or set PORT (or WORKER_PORT) to another one.`
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
