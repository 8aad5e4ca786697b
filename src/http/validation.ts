import SerializerSelector from '@fastify/fast-json-stringify-compiler'
import type { FastifyRouteSchemaDef } from 'fastify/types/schema.js'
import fp from 'fastify-plugin'
import { AppError } from '../../core/errors.js'
import { compileCheck, compileTextCheck, type Check } from '../../core/validation/check.js'
import { compiledOnce } from './compiled-once.js'
import { refuseUndecodable } from './decodable-query.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Unknown query parameters are ignored instead of refused. */
    anyQuery?: boolean
  }
}

/**
 * Validates JSON bodies as they are, and text (query, path, headers) after converting it to the type in the schema.
 * Unknown fields and parameters are refused: in the body by its schema, in the query here, since a misspelt filter
 * would otherwise return everything; so are queries that cannot be decoded.
 */
export default fp(
  async (app) => {
    app.setValidatorCompiler(
      compiledOnce(
        ({ schema, httpPart }: FastifyRouteSchemaDef<object>) =>
          refusing(httpPart === 'body' ? compileCheck(schema) : compileTextCheck(schema)),
        ({ httpPart }) => (httpPart === 'body' ? 'strict' : 'coercing')
      )
    )
    const serializer = SerializerSelector()(app.getSchemas(), {})
    app.setSerializerCompiler(
      compiledOnce((route: FastifyRouteSchemaDef<object>) =>
        whenUsed(() => serializer(route as Parameters<typeof serializer>[0]))
      )
    )
    app.addHook('onRoute', (route) => {
      if (route.config?.anyQuery === true) return
      route.schema = { ...route.schema, querystring: closed(route.schema?.querystring) }
      route.preHandler = [refuseUndecodable, route.preHandler ?? []].flat()
    })
  },
  { name: 'validation' }
)

type Serialize = (data: unknown) => string

/** Compiles on first use, since a process never sends most of the responses that its routes declare. */
function whenUsed(compile: () => Serialize): Serialize {
  let serialize: Serialize | undefined
  return (data) => (serialize ??= compile())(data)
}

const refusing = (check: Check) => (value: unknown) => {
  const details = check(value)
  return details.length === 0 ? true : { error: new AppError('VALIDATION_ERROR', { details }) }
}

const closed = (querystring: unknown = { type: 'object', properties: {} }) => ({
  ...(querystring as object),
  additionalProperties: false
})
