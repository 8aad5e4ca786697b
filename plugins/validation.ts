import AjvCompiler from '@fastify/ajv-compiler'
import fp from 'fastify-plugin'

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
    app.setValidatorCompiler((route) => (route.httpPart === 'body' ? strict(route) : coercing(route)))
  },
  { name: 'validation' }
)
