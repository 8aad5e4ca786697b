import openapiTS, { astToString } from 'openapi-typescript'

/** The source of the client's types. @param description openapi.yaml */
export async function clientTypes(description: string): Promise<string> {
  const head = '// Made of openapi.yaml by `npm run openapi`; changes here would be lost.\n'
  return head + astToString(await openapiTS(description))
}
