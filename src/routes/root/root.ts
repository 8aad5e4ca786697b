import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Negotiator from 'negotiator'
import { constantAnswer } from '../../http/constant-answer.js'
import { INFO } from '../../http/openapi/front-matter.js'
import { HTML_TYPE, PAGE_POLICY } from '../../http/pages/html.js'
import { landingPage } from '../../http/pages/landing-page.js'
import { settingsOf } from '../../http/settings.js'
import { addVary } from '../../http/vary.js'
import { bareErrors, Success } from '../../schemas/envelope.js'

const link = (description: string, example: string) => Type.String({ description, examples: [example] })

/** Name, version and links, for anyone who opens the API's address. */
export const rootRoute: FastifyPluginAsyncTypebox = async (app) => {
  const { http, docs } = settingsOf(app)
  const { publicUrl = '' } = http
  const page = constantAnswer(HTML_TYPE, () => landingPage(docs))

  app.get(
    '/',
    {
      schema: {
        operationId: 'root',
        tags: ['Operations'],
        summary: 'Get the name, version and links of the service',
        description: 'Clients that prefer text/html to JSON, such as browsers, get a page instead.',
        security: [],
        response: {
          200: Success(
            Type.Object(
              {
                name: Type.String({ examples: [INFO.title] }),
                version: Type.String({ examples: [INFO.version] }),
                docs: Type.Optional(link('The documentation for people; missing with DOCS=off', '/docs')),
                openapi: Type.Optional(
                  link('The description for programs (OpenAPI); missing with DOCS=off', '/openapi.json')
                ),
                errors: link('What each error code means', '/errors'),
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
    async (request, reply) => {
      addVary(reply, 'accept')
      const preferred = new Negotiator(request.raw).mediaType(['application/json', 'text/html'])
      if (preferred === 'text/html')
        return page(request, reply.header('content-security-policy', PAGE_POLICY))
      return {
        success: true as const,
        data: {
          name: INFO.title,
          version: INFO.version,
          ...(docs && { docs: `${publicUrl}/docs`, openapi: `${publicUrl}/openapi.json` }),
          errors: `${publicUrl}/errors`,
          health: `${publicUrl}/health/ready`
        }
      }
    }
  )
}
