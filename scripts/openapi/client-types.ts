import openapiTS, { astToString } from 'openapi-typescript'
import { factory } from 'typescript'

const BLOB = factory.createTypeReferenceNode('Blob')

/**
 * The source of the client's types. Bytes are `Blob`, as `fetch` sends and returns them.
 * @param description the text of openapi.yaml
 */
export async function clientTypes(description: string): Promise<string> {
  const head = '// Generated from openapi.yaml by `npm run openapi`; do not edit.\n'
  const types = await openapiTS(description, {
    transform: (schema) => (schema.format === 'binary' ? BLOB : undefined)
  })
  return head + astToString(types)
}
