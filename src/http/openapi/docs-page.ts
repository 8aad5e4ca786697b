import type { OpenApiDocument } from './document.js'
import { SECURITY_SCHEMES } from './front-matter.js'
import type { Operation } from './operation.js'
import { mapValues, type Schema } from './schemas.js'

/**
 * The description for `/docs`. Its forms begin filled with the examples, so what need not be given has none there, or it
 * would be sent without having been asked for. One box takes the bearer token of all operations, and errors are one line
 * that leads to `/errors`.
 */
export function forTryingOut(document: OpenApiDocument): OpenApiDocument {
  const forPage = (operation: Operation) => withOneBearer(withoutErrors(withEmptyForms(operation)))
  const { bearer } = SECURITY_SCHEMES
  return {
    ...document,
    components: { ...document.components, securitySchemes: { bearer } },
    paths: mapValues(document.paths, (methods) => mapValues(methods, forPage))
  }
}

/** The token for `/metrics` comes from the same box; a refresh token goes into the body. */
const withOneBearer = ({ security, ...operation }: Operation): Operation => ({
  ...operation,
  ...(security && {
    security: security
      .filter((one) => !('refreshToken' in one))
      .map((one) => ('metricsToken' in one ? { bearer: [] } : one))
  })
})

/** Each operation has some twenty errors, which would bury what it does. */
function withoutErrors(operation: Operation): Operation {
  const others = Object.entries(operation.responses).filter(([status]) => Number(status) < 400)
  return { ...operation, responses: { ...Object.fromEntries(others), default: ANY_ERROR } }
}

const ANY_ERROR = {
  description:
    'An error. The page `/errors` explains each code, and /openapi.yaml lists those of each operation.'
}

function withEmptyForms(operation: Operation): Operation {
  const { parameters, requestBody } = operation
  const form = requestBody?.content['multipart/form-data']
  return {
    ...operation,
    ...(parameters && {
      parameters: parameters.map(({ example, ...one }) =>
        one.required === true && example !== undefined ? { ...one, example } : one
      )
    }),
    ...(form && {
      requestBody: {
        ...requestBody,
        content: {
          ...requestBody.content,
          'multipart/form-data': { ...form, schema: withoutOptions(form.schema) }
        }
      }
    })
  }
}

/** The page sends every field of a form, and makes up what is not filled in; so it gets those that it has to send. */
function withoutOptions({ required = [], properties = {}, ...schema }: Schema): Schema {
  const needed = Object.entries(properties).filter(([name]) => required.includes(name))
  return { ...schema, required, properties: Object.fromEntries(needed) }
}
