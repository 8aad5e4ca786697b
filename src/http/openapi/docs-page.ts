import type { OpenApiDocument } from './document.js'
import type { Operation } from './operation.js'
import { mapValues, type Schema } from './schemas.js'

/**
 * The description for `/docs`, where forms start with the examples filled in: optional values get no example, or the
 * page would send them unasked.
 */
export function forTryingOut(document: OpenApiDocument): OpenApiDocument {
  return { ...document, paths: mapValues(document.paths, (methods) => mapValues(methods, withEmptyForms)) }
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

/** The page sends every field of a form and invents missing values, so it gets only the required fields. */
function withoutOptions({ required = [], properties = {}, ...schema }: Schema): Schema {
  const needed = Object.entries(properties).filter(([name]) => required.includes(name))
  return { ...schema, required, properties: Object.fromEntries(needed) }
}
