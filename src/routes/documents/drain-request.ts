import { once } from 'node:events'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Milliseconds that a client has to finish sending what will not be kept. */
const LINGER_MS = 5_000

/**
 * Reads a refused upload to its end before it is answered: most clients look at the answer only after they
 * have sent everything, and would see a broken connection instead. Who takes longer is cut off.
 */
export async function drainRequest({ raw }: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (raw.readableEnded || raw.destroyed) return
  raw.unpipe()
  raw.resume()
  try {
    await once(raw, 'end', { signal: AbortSignal.timeout(LINGER_MS) })
  } catch {
    // It is still sending, or has gone away: either way this connection is of no more use.
    void reply.header('connection', 'close')
  }
}
