import swagger from '@fastify/swagger'
import type { FastifySchema } from 'fastify'
import fp from 'fastify-plugin'
import { Document, isCollection, isScalar, visit } from 'yaml'
import type { RouteScope } from '../../../core/scopes.js'
import { resource } from '../../../plugins/resources.js'
import { constantAnswer, JSON_TYPE } from '../constant-answer.js'
import { forTryingOut } from './docs-page.js'
import { docsRoutes } from './docs-routes.js'
import { completeDocument, type OpenApiDocument } from './document.js'
import { INFO, SECURITY_SCHEMES, TAGS } from './front-matter.js'

/** `/openapi.json`, `/openapi.yaml` and the browsable `/docs`, all from the schemas of the routes. */
export default fp(
  async (app) => {
    const { publicUrl } = resource(app, 'config').http
    await app.register(swagger, {
      openapi: {
        openapi: '3.0.3',
        info: INFO,
        servers: [{ url: publicUrl ?? '/', description: 'The server that published this description' }],
        tags: TAGS,
        components: { securitySchemes: SECURITY_SCHEMES },
        security: [{ bearer: [] }, { apiKey: [] }]
      },
      // Routes work with and without a trailing slash; values with a default are optional.
      transform: ({ schema, url, route }) => {
        const { scope } = route.config ?? {}
        const { querystring, operationId } = (schema as FastifySchema | undefined) ?? {}
        return {
          url: url.replace(/(.)\/$/, '$1'),
          schema: {
            // A route's own `security` stays.
            ...describeScope(scope),
            ...schema,
            // HEAD routes have their own names, to which @fastify/swagger has appended this.
            ...(operationId !== undefined && { operationId: operationId.replace(/-head$/, '') }),
            ...(isObject(querystring) && { querystring: withoutDefaults(querystring) })
          }
        }
      },
      transformObject: (document) =>
        'openapiObject' in document
          ? completeDocument(document.openapiObject as OpenApiDocument)
          : document.swaggerObject,
      refResolver: {
        buildLocalReference: (schema, _baseUri, _fragment, index) =>
          typeof schema['$id'] === 'string' ? schema['$id'] : `Schema${index}`
      }
    })
    const described = () => app.swagger() as unknown as OpenApiDocument
    const route = { schema: { hide: true } }
    app.get(
      '/openapi.json',
      route,
      constantAnswer(JSON_TYPE, () => JSON.stringify(described()))
    )
    app.get(
      '/openapi.yaml',
      route,
      constantAnswer(YAML_TYPE, () => toYaml(described()))
    )
    await app.register(docsRoutes, { prefix: '/docs', described: () => forTryingOut(described()) })
  },
  { name: 'openapi', dependencies: ['config'] }
)

const YAML_TYPE = 'application/yaml; charset=utf-8'

/** Maximum characters of a mapping that takes one line. */
const MAX_LINE = 240
const PLAIN = /^[\w$][\w $;()/.-]*$/

/** Text that older readers of YAML would take for a date or a number is quoted. */
function toYaml(described: object): string {
  const document = new Document(described, { compat: 'yaml-1.1', aliasDuplicateObjects: false })
  visit(document, {
    Seq: (_key, list) => {
      list.flow = list.items.every(isScalar)
    },
    Map: (_key, mapping) => {
      mapping.flow = JSON.stringify(mapping).length < MAX_LINE
    },
    // Readers of YAML differ in which characters they allow in unquoted text on such a line.
    Scalar: (_key, scalar, path) => {
      const isInLine = path.some((node) => isCollection(node) && node.flow === true)
      if (isInLine && typeof scalar.value === 'string' && !PLAIN.test(scalar.value))
        scalar.type = 'QUOTE_DOUBLE'
    }
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

/** What a key needs for an operation. */
function describeScope(scope: RouteScope | undefined): object {
  if (scope === undefined || scope === 'public') return {}
  return scope === 'persons' ? { security: [{ bearer: [] }] } : { 'x-scope': scope }
}

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
