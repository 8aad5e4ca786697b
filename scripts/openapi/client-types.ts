import openapiTS, { astToString } from 'openapi-typescript'
import { factory } from 'typescript'

const BLOB = factory.createTypeReferenceNode('Blob')

/** The source of the client's types. Bytes are `Blob`, as `fetch` sends and gives them. @param description openapi.yaml */
export async function clientTypes(description: string): Promise<string> {
  const head = '// Made of openapi.yaml by `npm run openapi`; changes here would be lost.\n'
  const types = await openapiTS(description, {
    transform: (schema) => (schema.format === 'binary' ? BLOB : undefined)
  })
  return head + astToString(types)
}
