import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { DemoTopic } from '../../schemas/demo.js'
import { BODY_ERRORS, personErrors, Success } from '../../schemas/envelope.js'
import { Id } from '../../../core/formats.js'

export const produce: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/kafka/produce',
    {
      config: { scope: 'persons' },
      schema: {
        operationId: 'produceDemoMessage',
        tags: ['Demo'],
        summary: 'Publish a message to a demo topic',
        description: 'Kafka has acknowledged the message when you get the answer.',
        body: Type.Object(
          {
            topic: DemoTopic,
            message: Type.Unknown({ description: 'Any JSON value', examples: [{ hello: 'world' }] })
          },
          { additionalProperties: false, title: 'ProduceDemoMessageRequest' }
        ),
        response: {
          202: Success(Type.Object({ event_id: Id }, { title: 'PublishedMessage' }), 'Kafka has the message'),
          ...personErrors('VALIDATION_ERROR', ...BODY_ERRORS, 'KAFKA_UNAVAILABLE')
        }
      }
    },
    async (request, reply) => {
      const { topic, message } = request.body
      const event_id = await app.demo.produce(topic, message, request.identity.userId)
      return reply.code(202).send({ success: true, message: 'Message published', data: { event_id } })
    }
  )
}
