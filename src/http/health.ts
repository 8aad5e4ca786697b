import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { singleFlight } from '../../core/concurrency/single-flight.js'
import { within } from '../../core/concurrency/timeout.js'
import { resource } from '../../plugins/resources.js'
import { ALWAYS_ANSWERED } from './overload.js'
import { bareErrors, ErrorBody } from '../schemas/envelope.js'

const State = Type.Union([Type.Literal('up'), Type.Literal('down')], { title: 'HealthState' })
const healthProperties = {
  status: Type.Union([Type.Literal('ready'), Type.Literal('degraded'), Type.Literal('unavailable')], {
    title: 'HealthStatus'
  }),
  checks: Type.Object(
    { database: State, tenant_servers: State, storage: State, kafka: State, process: State },
    { title: 'HealthChecks' }
  )
}
const Health = Type.Object(healthProperties, { title: 'Health' })
/** What is down, or the error of a process that refuses requests. One object: a union would be untyped in Go. */
const NotReady = Type.Partial(
  Type.Object({ ...healthProperties, success: Type.Literal(false), error: ErrorBody }),
  { title: 'NotReady' }
)
const { description: refused } = bareErrors()[503] as { description: string }

/** Milliseconds after which a dependency that does not answer counts as down. */
const PATIENCE_MS = 3_000
/** Minimum milliseconds between two checks of the dependencies, so that health requests cause no load on them. */
const PAUSE_MS = 50

/**
 * `/health/live`: the process answers. `/health/ready`: 503 without the database or the storage, and while the process
 * is overloaded or stopping; otherwise 200, even without Kafka (events wait in the outbox) or some tenants' servers.
 */
export const healthRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const database = resource(app, 'database')
  const storage = resource(app, 'storage')
  const producer = resource(app, 'producer')

  const places = resource(app, 'places')
  const tenantServers = () =>
    stateOf(async () => {
      const down = await places.down()
      if (down.length > 0) throw new Error(`${down.join(', ')} do not answer`)
    })

  const look = singleFlight(
    () => Promise.all([stateOf(() => database.ping()), stateOf(() => storage.ping()), tenantServers()]),
    PAUSE_MS
  )

  app.get(
    '/health/live',
    {
      config: ALWAYS_ANSWERED,
      schema: {
        operationId: 'live',
        tags: ['Operations'],
        summary: 'Check that the process answers',
        security: [],
        response: {
          200: Type.Object(
            { status: Type.Literal('live') },
            { title: 'Liveness', description: 'The process answers' }
          ),
          ...bareErrors()
        }
      }
    },
    async () => ({ status: 'live' as const })
  )

  app.get(
    '/health/ready',
    {
      config: ALWAYS_ANSWERED,
      schema: {
        operationId: 'ready',
        tags: ['Operations'],
        summary: 'Check that the API can serve requests',
        description:
          '`degraded` means that requests are served, but events wait for Kafka, or the tenants of a database server other than the main one are not served. `process` is `down` while the process is overloaded or shutting down.',
        security: [],
        response: {
          ...bareErrors(),
          200: { ...Health, description: 'The API can serve requests' },
          503: {
            description: `The API cannot serve requests. Or:\n\n${refused}`,
            content: { 'application/json': { schema: NotReady } }
          }
        }
      }
    },
    async (_request, reply) => {
      const [databaseState, storageState, serversState] = await look()
      const processState: 'up' | 'down' = app.isOverloaded() || app.isStopping() ? 'down' : 'up'
      const checks = {
        database: databaseState,
        tenant_servers: serversState,
        storage: storageState,
        kafka: producer.status(),
        process: processState
      }
      if ([databaseState, storageState, processState].includes('down')) {
        return reply.code(503).header('retry-after', 1).send({ status: 'unavailable', checks })
      }
      const isWhole = checks.kafka === 'up' && checks.tenant_servers === 'up'
      return { status: isWhole ? ('ready' as const) : ('degraded' as const), checks }
    }
  )
}

function stateOf(ping: () => Promise<void>): Promise<'up' | 'down'> {
  return within(PATIENCE_MS, ping()).then(
    () => 'up' as const,
    () => 'down' as const
  )
}
