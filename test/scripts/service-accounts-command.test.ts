import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import t from 'tap'
import { program } from '../../scripts/program.js'
import { Client, createTenant, refused, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { createService } from '../helpers/services-of-tenants.js'
import { until } from '../helpers/until.js'
import { committedEvents } from '../helpers/committed-events.js'

// Runs dozens of commands as processes, which takes long on a busy machine.
const { config, environment, sql } = await createInstallation(t)
const { url } = await startApi(t, config)
const admin = await signUp(url)
const tenant = await createTenant(admin)

interface Ended {
  code: number
  out: string
  err: string
}

/** Runs a command as an operator does, without npm. */
const run = (script: string, ...args: string[]) =>
  new Promise<Ended>((resolve) => {
    const command = [...program(`scripts/${script}`), ...args]
    const env = { PATH: process.env['PATH'], ...environment }
    execFile(process.execPath, command, { env }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
    )
  })
const services = (...args: string[]) => run('service-accounts', ...args)
const keyIn = ({ out }: Ended) => /^The key, shown only here: (srk_\w{72})$/m.exec(out)?.[1] ?? ''
const idIn = ({ out }: Ended) => /\(([0-9a-f-]{36})\)$/m.exec(out)?.[1] ?? ''

void t.test('a service account of the installation is created, used, revoked and deleted', async (t) => {
  const made = await services(
    'create',
    'Our product',
    '--may',
    'tenants:create,tenants:read',
    '--expires',
    '90d'
  )
  t.equal(made.code, 0, made.err)
  const product = new Client(url, keyIn(made))
  const created = await createTenant(product, 'Customer')
  t.equal((await product.get(`/api/tenants/${created.id}`)).status, 200)
  t.match((await services('list')).out, new RegExp(`${idIn(made)} +Our product +active +1 +1 `))

  const second = await services(
    'keys',
    idIn(made),
    '--add',
    '--may',
    'operator:read',
    '--key-name',
    'second',
    '--networks',
    '192.0.2.0/24'
  )
  t.equal(second.code, 0, second.err)
  refused(
    t,
    await new Client(url, keyIn(second)).get('/api/users/me'),
    'INVALID_TOKEN',
    [],
    'from another network'
  )
  const listed = await services('keys', idIn(made))
  t.match(listed.out, /second +good +operator:read +192\.0\.2\.0\/24 +never +never/)
  t.match(listed.out, /first +good +tenants:create,tenants:read +anywhere +20/)
  t.notMatch(listed.out, keyIn(made).slice(27))

  t.match((await services('revoke', keyIn(made).slice(4, 26))).out, /is revoked/)
  await until(async () => (await product.get('/api/users/me')).status === 401)
  t.match((await services('revoke', idIn(made))).out, /^1 key is revoked/)
  const unsure = await services('delete', idIn(made))
  t.match(unsure, { code: 2, err: /Nobody else manages the tenant Customer/ })
  t.match(unsure.err, /confirm with --yes/)
  t.match((await services('delete', idIn(made), '--yes')).out, /Our product is deleted, with its keys/)
  t.notMatch((await services('list')).out, /Our product/)
  const rows = await sql<{ action: string }[]>`select data ->> 'action' as action from ${committedEvents(sql)}
    where user_id = ${idIn(made)} and data ->> 'action' ~ '^(api_key|service)' order by sequence`
  t.same(
    rows.map(({ action }) => action),
    [
      'service_account.created',
      ...['api_key.created', 'api_key.created', 'api_key.revoked', 'api_key.revoked'],
      'service_account.deleted'
    ]
  )
  t.notMatch(JSON.stringify(await sql`select * from ${committedEvents(sql)}`), keyIn(made).slice(27))
})

void t.test("a tenant's leaked key is revoked", async (t) => {
  const service = await createService(admin, tenant.id, 'admin', ['documents:read'])
  t.match((await services('revoke', service.keyId)).out, /is revoked/)
  await until(async () => (await service.get('/api/users/me')).status === 401)
  t.match((await services('delete', service.serviceId, '--yes')).err, /whose admins delete it over the API/)
  const more = await services('keys', service.serviceId, '--add', '--may', 'tenants:create')
  t.match(more, { code: 2, err: /not tenants:create/ })
})

void t.test('a whole key is revoked, and its secret is recorded nowhere', async (t) => {
  const service = await createService(admin, tenant.id, 'admin', ['documents:read'])
  const { key, keyId } = service
  for (const command of ['revoke', 'keys', 'delete']) {
    const damaged = await services(command, `${key}.`)
    t.match(damaged, { code: 2, err: /There is no service account/ })
  }
  t.match(await services('revoke', key), { code: 0, out: new RegExp(`${keyId} is revoked`) })
  await until(async () => (await service.get('/api/users/me')).status === 401)
  const recorded = JSON.stringify(await sql`select data from ${committedEvents(sql)}`)
  t.match(recorded, `srk_${keyId}`)
  t.notMatch(recorded, key.slice(27, 60))
})

void t.test('commands for accounts of persons refuse a service account', async (t) => {
  const { serviceId } = await createService(admin, tenant.id, 'admin', ['documents:read'])
  for (const command of ['erase', 'delete', 'deactivate', 'operator'])
    t.match(await run('users', command, serviceId, '--yes'), {
      code: 1,
      err: /is a service account; npm run service-accounts -- delete/
    })
  t.equal((await sql`select from users where id = ${serviceId} and is_active`).length, 1)
  t.same(await sql`select from erased_users where user_id = ${serviceId}`, [])
})

void t.test('wrong usage is explained', async (t) => {
  const wrong: [string[], RegExp][] = [
    [['nonsense'], /There is no command "nonsense"/],
    [['list', 'all'], /list takes nothing/],
    [['create', 'x'], /--may takes some of tenants:read/],
    [['create', 'x', '--may', 'everything'], /not everything/],
    [['create', ' ', '--may', 'audit:read'], /1 to 100 characters/],
    [['create', 'x', '--may', 'audit:read', '--networks', '1.2.3.4/40'], /not 1\.2\.3\.4\/40/],
    [['create', 'x', '--may', 'audit:read', '--expires', '2020-01-01T00:00:00Z'], /in the future/],
    [['keys', 'x'], /There is no service account x/],
    [['revoke', 'x'], /There is no service account x/],
    [['list', '--all'], /--help/]
  ]
  for (const [args, says] of wrong) {
    const { code, err } = await services(...args)
    t.match(err, says)
    t.equal(code, 2, err)
  }
  const help = await services('--help')
  t.equal(help.code, 0)
  for (const word of ['create', 'list', 'keys', 'revoke', 'delete', '--yes', '--may', 'documents:read'])
    t.ok(help.out.includes(word), word)
  t.equal(
    (await sql`select from users where kind = 'service' and owner_tenant_id is null and first_name = 'x'`)
      .length,
    0
  )
})

void t.test('operators are appointed, and tenants get new owners', async (t) => {
  const email = `op-${randomBytes(4).toString('hex')}@example.com`
  const names = ['--first-name', 'Mary', '--last-name', 'Shelley']
  t.match((await run('users', 'create', email, ...names, '--operator')).out, /is an operator/)
  t.match((await run('users', 'list')).out, new RegExp(`${email}\tMary Shelley\toperator\t`))
  t.match((await run('users', 'operator', email)).out, /was already an operator/)
  t.match((await run('users', 'operator', email, '--revoke')).out, /is no longer an operator/)

  t.match((await run('tenants', 'owner', tenant.id, email)).out, /is now an admin/)
  t.match((await run('tenants', 'owner', tenant.id, email)).out, /was already an admin/)
  const [row] =
    await sql`select role from user_tenant_associations join users on id = user_id where email = ${email}`
  t.same(row, { role: 'admin' })
  t.notMatch(JSON.stringify(await sql`select data from ${committedEvents(sql)}`), email, 'recorded by its id')
  t.match(await run('tenants', 'owner', tenant.id, 'nobody@example.com'), {
    code: 2,
    err: /users -- list shows all/
  })
  t.match(await run('tenants', 'owner', 'x', email), { code: 2, err: /There is no tenant x/ })
})
