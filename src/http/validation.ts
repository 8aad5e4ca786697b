import AjvCompiler from '@fastify/ajv-compiler'
import SerializerSelector from '@fastify/fast-json-stringify-compiler'
import type { FastifyRouteSchemaDef } from 'fastify/types/schema.js'
import fp from 'fastify-plugin'
import { compiledOnce } from './compiled-once.js'

/**
 * Validates JSON bodies as they are, and text (query, path, headers) after turning it into the type that the
 * schema asks for. Fastify's default would coerce bodies too, and drop unknown properties silently.
 */
export default fp(
  async (app) => {
    const build = AjvCompiler()
    const common = { removeAdditional: false, allErrors: true, useDefaults: true } as const
    const shared = app.getSchemas() as Parameters<typeof build>[0]
    const strict = build(shared, { customOptions: { ...common, coerceTypes: false } })
    const coercing = build(shared, { customOptions: { ...common, coerceTypes: 'array' } })
    app.setValidatorCompiler(
      compiledOnce(
        (route: FastifyRouteSchemaDef<object>) =>
          route.httpPart === 'body' ? strict(route) : finite(coercing(route)),
        ({ httpPart }) => (httpPart === 'body' ? 'strict' : 'coercing')
      )
    )
    const serializer = SerializerSelector()(shared, {})
    app.setSerializerCompiler(
      compiledOnce((route: FastifyRouteSchemaDef<object>) =>
        serializer(route as Parameters<typeof serializer>[0])
      )
    )
  },
  { name: 'validation' }
)

type Validate = ReturnType<ReturnType<ReturnType<typeof AjvCompiler>>>

/** Ajv makes "1e400" Infinity, and does not apply the limits of numbers to that. */
function finite(validate: Validate) {
  return (data: Record<string, unknown> | null) => {
    if (!validate(data)) return { error: validate.errors ?? [] }
    const infinite = Object.keys(data ?? {}).filter((name) => isInfinite(data?.[name]))
    if (infinite.length === 0) return true
    return {
      error: infinite.map((name) => ({
        keyword: 'type',
        schemaPath: '',
        instancePath: `/${name}`,
        params: {},
        message: 'must be a number'
      }))
    }
  }
}

const isInfinite = (value: unknown) => value === Infinity || value === -Infinity
