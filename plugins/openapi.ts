import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifySchema } from 'fastify'
import fp from 'fastify-plugin'
import type { Config } from '../src/config.js'
import { docsPolicy } from './security.js'

/** `/openapi.json`, `/openapi.yaml` and the browsable `/docs`, all from the schemas of the routes. */
export default fp(
  async (app) => {
    const config = app.getDecorator<Config>('config')
    const { publicUrl } = config.http
    await app.register(swagger, {
      openapi: {
        openapi: '3.0.3',
        info: {
          title: 'Strongroom',
          version: '0.1.0',
          description:
            'A multi-tenant document backend: every tenant has a database of its own, equal files are kept once, ' +
            'and every change leaves as an event.'
        },
        ...(publicUrl !== undefined && { servers: [{ url: publicUrl }] }),
        tags: [
          { name: 'Auth', description: 'Accounts and sessions' },
          { name: 'Users', description: 'The own account' },
          { name: 'Tenants', description: 'Customers, each with members and roles' },
          { name: 'Documents', description: 'Names for files' },
          { name: 'Files', description: 'Stored contents, each kept once in a tenant' },
          { name: 'Demo', description: 'For trying out Kafka; off in production' },
          { name: 'Operations', description: 'Health' }
        ],
        components: {
          securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } }
        },
        security: [{ bearer: [] }]
      },
      // Routes answer with and without a slash at the end; what has a default need not be given.
      transform: ({ schema, url }) => {
        const { querystring } = (schema as FastifySchema | undefined) ?? {}
        return {
          url: url.replace(/(.)\/$/, '$1'),
          schema: isObject(querystring) ? { ...schema, querystring: withoutDefaults(querystring) } : schema
        }
      },
      refResolver: {
        buildLocalReference: (schema, _baseUri, _fragment, index) =>
          typeof schema['$id'] === 'string' ? schema['$id'] : `Schema${index}`
      }
    })
    await app.register(swaggerUi, {
      routePrefix: '/docs',
      uiConfig: { persistAuthorization: true },
      staticCSP: docsPolicy(config)
    })
    app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
    app.get('/openapi.yaml', { schema: { hide: true } }, async (_request, reply) =>
      reply.type('application/yaml; charset=utf-8').send(app.swagger({ yaml: true }))
    )
  },
  { name: 'openapi', dependencies: ['config'] }
)

interface ObjectSchema {
  properties: Record<string, object>
  required?: string[]
}

const isObject = (schema: unknown): schema is ObjectSchema =>
  typeof schema === 'object' && schema !== null && 'properties' in schema

function withoutDefaults({ required = [], ...schema }: ObjectSchema): ObjectSchema {
  const needed = required.filter((name) => !('default' in (schema.properties[name] ?? {})))
  return { ...schema, ...(needed.length > 0 && { required: needed }) }
}
