import Fastify from 'fastify'
import postgres from 'postgres'
import t from 'tap'
import { loadConfig } from '../core/config/config.js'
import config from '../plugins/config.js'
import { errorHandler } from '../src/http/error-handler.js'
import { captureLog } from './helpers/api.js'
import { testServices } from './helpers/services.js'

const SECRET = 'postgres://admin:hunter2@10.1.2.3/main'

t.test('internal errors are logged and never sent', async (t) => {
  const log = captureLog('info')
  const app = Fastify({ loggerInstance: log.logger })
  t.teardown(() => app.close())
  app.setErrorHandler(errorHandler)
  const { databaseUrl, brokers } = testServices()
  await app.register(config, {
    config: loadConfig({
      DATABASE_URL: databaseUrl,
      KAFKA_BROKERS: brokers,
      JWT_SECRET: 'x'.repeat(64),
      SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
      TENANT_LOGIN_ROLES: 'false'
    })
  })
  const sql = postgres(testServices().databaseUrl, { max: 1 })
  t.teardown(() => sql.end())
  const thrown: Record<string, () => unknown> = {
    error: () => new Error(`connect failed: ${SECRET}`),
    type: () => new TypeError(`Cannot read properties of undefined (reading '${SECRET}')`),
    cause: () => new Error('outer', { cause: new Error(SECRET) }),
    system: () =>
      Object.assign(new Error(`ENOENT: no such file, open '/srv/${SECRET}'`), {
        code: 'ENOENT',
        path: SECRET
      }),
    status: () => Object.assign(new Error(SECRET), { statusCode: 500 }),
    teapot: () => Object.assign(new Error(SECRET), { statusCode: 418 }),
    text: () => SECRET,
    nothing: () => undefined,
    sql: () => sql`select ${SECRET}::text as a, * from secret_table`.catch((error: unknown) => error)
  }
  app.get<{ Params: { what: string } }>('/:what', async ({ params }) => {
    const make = thrown[params.what]
    throw await make?.()
  })
  for (const what of Object.keys(thrown)) {
    const answer = await app.inject(`/${what}`)
    t.equal(answer.statusCode, 500, what)
    const body = answer.json<{ error: object }>()
    t.match(body, { success: false, error: { code: 'INTERNAL_ERROR', request_id: String } }, what)
    t.same(Object.keys(body.error).sort(), ['code', 'message', 'request_id'], what)
    t.notMatch(answer.body, /hunter2|secret_table|srv|\.ts|stack/, what)
  }
  t.match(JSON.stringify(log.lines), /ENOENT/, 'the log has the cause')
})
