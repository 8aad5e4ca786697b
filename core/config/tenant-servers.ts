import { Type, type Static } from '@sinclair/typebox'
import { compileCheck } from '../validation/check.js'
import { patternSaying } from '../validation/patterns.js'
import { tlsOptions } from './database-tls.js'
import { postgresUrl } from './postgres-url.js'

/** The names that servers may have; `main` is that of the main database. */
export const SERVER_NAME = patternSaying(
  /^[a-z][a-z0-9\-]{0,31}$/u,
  'must be at most 32 lower-case letters, digits and hyphens, and begin with a letter'
)
const MAIN = 'main'

const Servers = Type.Record(
  Type.String({ pattern: SERVER_NAME }),
  Type.Object(
    {
      url: postgresUrl,
      directUrl: Type.Optional(postgresUrl),
      maxConnections: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 }))
    },
    { additionalProperties: false }
  ),
  { additionalProperties: false }
)
const check = compileCheck(Servers)

/** How to reach a server of tenants, and the maximum number of connections of one process to it. */
export interface TenantServer {
  /** Names the installation's own database on the server, used for locks; with strategy `schema`, tenants are in it. */
  url: string
  /** Leads to the server itself if `url` leads to a pooler. */
  directUrl: string
  pooled: boolean
  maxConnections: number | undefined
}

/** The servers of a valid TENANT_SERVERS, by name; none for anything else. */
export function tenantServers(text: string | undefined): Record<string, TenantServer> {
  const read = readServers(text)
  if (read.problems.length > 0) return {}
  return Object.fromEntries(
    Object.entries(read.servers).map(([name, { url, directUrl = url, maxConnections }]) => [
      name,
      { url, directUrl, pooled: directUrl !== url, maxConnections }
    ])
  )
}

/** What is wrong with TENANT_SERVERS; quotes only names from it, since it contains passwords. */
export const tenantServerProblems = (text: string | undefined): string[] => readServers(text).problems

function readServers(text: string | undefined): { servers: Static<typeof Servers>; problems: string[] } {
  if (text === undefined) return { servers: {}, problems: [] }
  const broken = (problem: string) => ({ servers: {}, problems: [`TENANT_SERVERS ${problem}`] })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return broken('must be JSON, such as {"eu2": {"url": "postgres://user:password@host:5432/strongroom"}}')
  }
  const [problem] = check(value)
  if (problem !== undefined) return broken(`${problem.field}: ${problem.message}`.replace(/^: /, ''))
  const servers = value as Static<typeof Servers>
  if (Object.hasOwn(servers, MAIN)) return broken(`must not name "${MAIN}": that is DATABASE_URL's server`)
  for (const [name, { url, directUrl = url }] of Object.entries(servers))
    for (const address of [url, directUrl]) {
      if (!URL.canParse(address) || new URL(address).pathname.length < 2)
        return broken(`must name a database in each URL of "${name}", such as …/strongroom`)
      try {
        tlsOptions(address)
      } catch (error) {
        return broken(`"${name}" ${(error as Error).message}`)
      }
    }
  return { servers, problems: [] }
}
