import type { OpenApiDocument } from './document.js'
import { SECURITY_SCHEMES } from './front-matter.js'
import type { Operation, Parameter } from './operation.js'
import { SCHEMAS_PATH } from './reference-paths.js'
import { mapValues, type Schema } from './schemas.js'

/**
 * The description for `/docs`, where forms start with the examples filled in: optional values get no example, or the
 * page would send them unasked. One box takes the bearer token of all operations, and each operation refers to the page
 * of errors in one line.
 */
export function forTryingOut({ components, paths, ...document }: OpenApiDocument): OpenApiDocument {
  const forPage = (operation: Operation) =>
    withOneBearer(withoutErrors(withEmptyForms(operation, components.schemas)))
  return {
    ...document,
    components: {
      ...components,
      securitySchemes: { bearer: SECURITY_SCHEMES.bearer },
      parameters: mapValues(components.parameters ?? {}, withoutOption)
    },
    paths: mapValues(paths, (methods) => mapValues(methods, forPage))
  }
}

/** The token for `/metrics` goes into the same box, a refresh token into the body. */
const withOneBearer = ({ security, ...operation }: Operation): Operation => ({
  ...operation,
  ...(security && {
    security: security
      .filter((one) => !('refreshToken' in one || 'apiKey' in one))
      .map((one) => ('metricsToken' in one ? { bearer: [] } : one))
  })
})

/** An operation has some twenty errors, which would bury what it does. */
function withoutErrors(operation: Operation): Operation {
  const others = Object.entries(operation.responses).filter(([status]) => Number(status) < 400)
  return { ...operation, responses: { ...Object.fromEntries(others), default: ANY_ERROR } }
}

const ANY_ERROR = {
  description:
    'An error. `x-error-codes` lists the codes of this operation, and the page `/errors` explains them.'
}

function withEmptyForms(operation: Operation, schemas: Record<string, Schema>): Operation {
  const { parameters, requestBody } = operation
  const form = requestBody?.content['multipart/form-data']
  return {
    ...operation,
    ...(parameters && {
      parameters: parameters.map((one) => ('$ref' in one ? one : withoutOption(one)))
    }),
    ...(form && {
      requestBody: {
        ...requestBody,
        content: {
          ...requestBody.content,
          'multipart/form-data': { ...form, schema: withoutOptions(resolve(form.schema, schemas)) }
        }
      }
    })
  }
}

const withoutOption = ({ example, ...one }: Parameter): Parameter =>
  one.required === true && example !== undefined ? { ...one, example } : one

const resolve = (schema: Schema, schemas: Record<string, Schema>): Schema =>
  schemas[schema.$ref?.slice(SCHEMAS_PATH.length) ?? ''] ?? schema

/** The page sends every field of a form, and makes up values for empty ones, so it gets only the required fields. */
function withoutOptions({ required = [], properties = {}, ...schema }: Schema): Schema {
  const needed = Object.entries(properties).filter(([name]) => required.includes(name))
  return { ...schema, required, properties: Object.fromEntries(needed) }
}
