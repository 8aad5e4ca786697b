import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { DemoConsumption } from '../../schemas/demo.js'
import { sessionErrors, Success } from '../../schemas/envelope.js'

export const consume: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/kafka/consume',
    {
      schema: {
        operationId: 'consumeDemoMessages',
        tags: ['Demo'],
        summary: 'The consumer of the demo topics, and what it read last',
        description: 'The first call starts the consumer; it takes some seconds to join its group.',
        response: { 200: Success(DemoConsumption, 'Its state'), ...sessionErrors() }
      }
    },
    async () => ({ success: true as const, data: await app.demo.consume() })
  )
}
