import type { FastifyReply } from 'fastify'

/** Adds a request header to `Vary`, in addition to those already there, such as that of CORS. */
export function addVary(reply: FastifyReply, header: string): void {
  const others = reply.getHeader('vary')
  void reply.header('vary', others === undefined ? header : `${String(others)}, ${header}`)
}
