import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { settingsOf } from '../../http/settings.js'
import { INFO } from '../../http/openapi/front-matter.js'
import { bareErrors, Success } from '../../schemas/envelope.js'

const link = (description: string, example: string) => Type.String({ description, examples: [example] })

/** Name, version and links, for anyone who opens the API's address. */
export const rootRoute: FastifyPluginAsyncTypebox = async (app) => {
  const { publicUrl = '' } = settingsOf(app).http

  app.get(
    '/',
    {
      schema: {
        operationId: 'root',
        tags: ['Operations'],
        summary: 'Get the name, version and links of the service',
        security: [],
        response: {
          200: Success(
            Type.Object(
              {
                name: Type.String({ examples: [INFO.title] }),
                version: Type.String({ examples: [INFO.version] }),
                docs: link('The documentation for people', '/docs'),
                openapi: link('The description for programs (OpenAPI)', '/openapi.json'),
                health: link('The readiness check', '/health/ready')
              },
              { title: 'Service' }
            ),
            'The service'
          ),
          ...bareErrors()
        }
      }
    },
    async () => ({
      success: true as const,
      data: {
        name: INFO.title,
        version: INFO.version,
        docs: `${publicUrl}/docs`,
        openapi: `${publicUrl}/openapi.json`,
        health: `${publicUrl}/health/ready`
      }
    })
  )
}
