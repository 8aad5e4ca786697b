import { connectionsWith, type Config } from '../../core/config/config.js'
import { singleFlight } from '../../core/concurrency/single-flight.js'
import { AppError } from '../../core/errors.js'
import { createPing, type DatabasePing } from '../../db/ping.js'
import { holdBeside, holdInside } from '../../db/main/hold-tenant.js'
import { MAIN_SERVER } from '../../db/main/schema.js'
import type { TenancyRecords } from '../../db/main/tenancy-records.js'
import type { TenancyStrategy } from '../../db/main/installation-repository.js'
import { createDatabaseAdapter } from './database-adapter.js'
import type { PlaceAdapter, ServerContext } from './place-adapter.js'
import { createSchemaAdapter } from './schema-adapter.js'
import { mainServerNames, serverNames, type ServerNames } from './server-names.js'

type Settings = Pick<Config, 'database' | 'tenancy'>

export interface ServerAdapters {
  /**
   * The adapter of a server; a promise if this process has not loaded it yet.
   * @throws {AppError} DATABASE_UNAVAILABLE if the settings or the main database do not know the server
   */
  of: (server: string) => PlaceAdapter | Promise<PlaceAdapter>
  /** Whether the settings have this server. */
  isKnown: (server: string) => boolean
  /** The adapters that this process has, by the names of their servers. */
  all: () => ReadonlyMap<string, PlaceAdapter>
  /** The servers other than the main one that do not answer within three seconds. */
  down: () => Promise<string[]>
  /** Closes the connections that `down` uses. */
  closePings: () => Promise<void>
  /** Makes an adapter for every server that is in the settings and in the main database. */
  load: () => Promise<void>
}

/** Minimum milliseconds between two reads of the servers from the main database. */
const LOAD_PAUSE_MS = 1_000

/** One adapter for each server. The main server's exists at once; the others are created when they are needed. */
export function createServerAdapters(
  config: Settings,
  { servers, installation, records }: TenancyRecords,
  onProblem: (error: unknown, what: string) => void,
  known: Pick<ServerContext, 'migrations' | 'record'>
): ServerAdapters {
  const create = (server: string, strategy: TenancyStrategy, settings: Settings, names: ServerNames) => {
    const hold = server === MAIN_SERVER ? holdInside : holdBeside(records)
    const context = { server, names, records, hold, ...known }
    return strategy === 'schema'
      ? createSchemaAdapter(settings, onProblem, context)
      : createDatabaseAdapter(settings, onProblem, context)
  }
  const adapters = new Map([
    [
      MAIN_SERVER,
      create(MAIN_SERVER, config.tenancy.strategy, config, mainServerNames(config.database.directUrl))
    ]
  ])

  const pings = new Map<string, DatabasePing>()

  const load = singleFlight(async () => {
    const names = serverNames(await installation.readUid())
    for (const { name, strategy } of await servers.list()) {
      const settings = settingsOfServer(config, name, strategy)
      if (settings === undefined || adapters.has(name)) continue
      adapters.set(name, create(name, strategy, settings, names))
      pings.set(name, createPing(settings.database.url, 'strongroom-ping'))
    }
  }, LOAD_PAUSE_MS)

  async function loaded(server: string): Promise<PlaceAdapter> {
    if (Object.hasOwn(config.tenancy.servers, server)) await load()
    const adapter = adapters.get(server)
    if (adapter !== undefined) return adapter
    const cause = new Error(
      Object.hasOwn(config.tenancy.servers, server)
        ? `The main database has no server "${server}"; add it with npm run servers -- add`
        : `TENANT_SERVERS does not name the server "${server}", which has tenants, or old places of moved ones`
    )
    throw new AppError('DATABASE_UNAVAILABLE', { cause })
  }

  return {
    of: (server) => adapters.get(server) ?? loaded(server),
    isKnown: (server) => server === MAIN_SERVER || Object.hasOwn(config.tenancy.servers, server),
    async down() {
      // A command may not have loaded the servers yet.
      if (pings.size === 0 && Object.keys(config.tenancy.servers).length > 0) await load()
      const asked = [...pings].map(([name, ping]) =>
        ping.ask().then(
          () => [],
          () => [name]
        )
      )
      return (await Promise.all(asked)).flat()
    },
    async closePings() {
      await Promise.all([...pings.values()].map((ping) => ping.close()))
    },
    all: () => adapters,
    load: async () => {
      if (Object.keys(config.tenancy.servers).length > 0) await load()
    }
  }
}

/** The settings for this server; undefined if they do not name it. */
export function settingsOfServer(
  config: Settings,
  name: string,
  strategy: TenancyStrategy
): Settings | undefined {
  if (name === MAIN_SERVER) return config
  const server = Object.hasOwn(config.tenancy.servers, name) ? config.tenancy.servers[name] : undefined
  if (server === undefined) return undefined
  const { sharedConnections, perServer } = config.tenancy
  const { url, directUrl, pooled, maxConnections = perServer.maxConnections } = server
  return {
    database: { ...config.database, url, directUrl, pooled },
    tenancy: {
      ...config.tenancy,
      strategy,
      ...connectionsWith(strategy, maxConnections, { sharedConnections, poolSize: perServer.poolSize })
    }
  }
}
