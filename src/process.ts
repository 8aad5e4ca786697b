import { setFlagsFromString } from 'node:v8'
import { TenancyStrategyError } from '../db/main/installation-repository.js'
import { ProcessStartError } from './cluster/primary.js'
import { ConfigError } from '../core/config/config.js'

/**
 * Sets up V8 for a process that moves content. Each chunk that arrives on a connection is memory outside the heap, which
 * V8 adds to the heap's size until it collects young objects, after 32 MiB of chunks. By default, that is more than the
 * heap may grow, so V8 searches the whole heap about 25 times per GiB: a third of an upload's processor time.
 * https://nodejs.org/api/v8.html#v8setflagsfromstringflags
 */
export function collectLessOften(): void {
  setFlagsFromString('--heap-growing-percent=100')
  // V8 13 (Node 24) allows young objects more space than others do, and collects them after 128 MiB of chunks.
  if (process.versions.v8.startsWith('13.')) setFlagsFromString('--scavenger-max-new-space-capacity-mb=8')
}

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
