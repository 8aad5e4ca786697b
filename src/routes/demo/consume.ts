import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { DemoConsumption } from '../../schemas/demo.js'
import { personErrors, Success } from '../../schemas/envelope.js'

export const consume: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/kafka/consume',
    {
      config: { scope: 'persons' },
      schema: {
        operationId: 'consumeDemoMessages',
        tags: ['Demo'],
        summary: 'Get the state of the demo consumer and its last messages',
        description: 'The first call starts the consumer, which needs some seconds to join its group.',
        response: { 200: Success(DemoConsumption, 'The state of the consumer'), ...personErrors() }
      }
    },
    async () => ({ success: true as const, data: await app.demo.consume() })
  )
}
