import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import t from 'tap'
import { databaseName, withDatabase } from '../../db/database-url.js'
import { program } from '../../scripts/program.js'
import { Client, createTenant, logIn, PASSWORD, refused, signUp, startApi, uploaded } from '../helpers/api.js'
import { createInstallation, dropInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { committedEvents } from '../helpers/committed-events.js'

const { config, configWith, environment, sql, databaseSql } = await createInstallation(t, {})
const { url } = await startApi(t, config)

interface Ended {
  code: number
  output: string
  errors: string
}

/** Runs a command as an operator does, without npm. */
function run(script: string, args: string[], input = '', settings: Record<string, string> = environment) {
  return new Promise<Ended>((resolve) => {
    const command = [...program(`scripts/${script}`), ...args]
    const env = { PATH: process.env['PATH'], ...settings }
    const child = execFile(process.execPath, command, { env }, (error, output, errors) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output, errors })
    )
    child.stdin?.end(input)
  })
}
const users = (...args: string[]) => run('users', args)
const tryLogIn = (email: string, password: string) =>
  new Client(url).send('POST', '/api/auth/login', { email, password })
const actions = async (userId: string) => {
  const rows = await sql<{ action: string; by: string | null }[]>`
    select data->>'action' as action, data->'details'->>'by' as by from ${committedEvents(sql)}
    where user_id = ${userId} and data->'details' ? 'by' order by sequence`
  return rows.map(({ action, by }) => `${action} by ${by}`)
}

void t.test('an account is deactivated and activated again', async (t) => {
  const user = await signUp(url)
  const tenant = await createTenant(user, 'Left \u001b[31malone')
  const deactivated = await users('deactivate', user.email.toUpperCase())
  t.equal(deactivated.code, 0)
  t.match(deactivated.output, /is deactivated/)
  t.match(deactivated.errors, `Nobody else manages the tenant Left \\u001b[31malone (${tenant.id}).`)
  await until(async () => (await user.get('/api/users/me')).status === 401)
  refused(t, await tryLogIn(user.email, PASSWORD), 'INVALID_CREDENTIALS')

  t.match((await users('activate', user.email)).output, /can log in again/)
  t.equal((await tryLogIn(user.email, PASSWORD)).status, 200)
  refused(t, await user.get('/api/users/me'), 'TOKEN_REVOKED', [], 'the old sessions have ended')
  t.same(await actions(user.userId), ['user.deactivated by operator', 'user.activated by operator'])
})

void t.test('a password is reset', async (t) => {
  const user = await signUp(url)
  for (let round = 0; round < config.auth.guesses.accountAndNetwork; round++)
    await tryLogIn(user.email, 'wrong one')
  refused(t, await tryLogIn(user.email, PASSWORD), 'TOO_MANY_FAILURES')
  const reset = await users('reset-password', user.email)
  t.equal(reset.code, 0)
  const password = /^The new password of \S+: (\S{22})$/m.exec(reset.output)?.[1] ?? ''
  await until(async () => (await user.get('/api/users/me')).status === 401)
  refused(t, await tryLogIn(user.email, PASSWORD), 'INVALID_CREDENTIALS')
  t.equal((await tryLogIn(user.email, password)).status, 200, 'the failure counters are reset')
  t.same(await actions(user.userId), ['user.password_reset by operator'])
})

void t.test('an account is deleted, and what it created stays', async (t) => {
  const owner = await signUp(url)
  const tenant = await createTenant(owner)
  const user = await signUp(url)
  await owner.send('POST', `/api/tenants/${tenant.id}/users`, { user_id: user.userId, role: 'user' })
  const document = await uploaded(user, tenant.id, 'of the deleted')
  const asked = await users('delete', user.email)
  t.equal(asked.code, 2)
  t.match(asked.errors, /confirm with --yes/)
  t.equal((await user.get('/api/users/me')).status, 200, 'nothing has changed yet')

  t.equal((await users('delete', user.email, '--yes')).code, 0)
  await until(async () => (await user.get('/api/users/me')).status === 401)
  t.equal((await sql`select from users where id = ${user.userId}`).length, 0)
  const kept = await owner.get<{ user_id: string }>(`/api/tenants/${tenant.id}/documents/${document.id}`)
  t.equal(kept.body.data.user_id, user.userId)
  t.same(await actions(user.userId), ['user.deleted by operator'])
})

void t.test('an account is created', async (t) => {
  const email = `made-${randomBytes(4).toString('hex')}@example.com`
  const names = ['--first-name', 'Mary', '--last-name', 'Shelley']
  const made = await users('create', email.toUpperCase(), ...names)
  t.equal(made.code, 0, made.errors)
  const password = /^Its password, shown only here: (\S{22})$/m.exec(made.output)?.[1] ?? ''
  t.equal((await tryLogIn(email, password)).status, 200)
  const [row] = await sql`select first_name, last_name, is_active from users where email = ${email}`
  t.same(row, { first_name: 'Mary', last_name: 'Shelley', is_active: true })
  t.match(await users('create', email, ...names), { code: 1, errors: /exists/ })
  t.match(await users('create', email), { code: 2, errors: /--first-name must be a name/ })
})

void t.test('accounts are listed by address', async (t) => {
  const listed = await users('list')
  t.equal(listed.code, 0)
  const [titles, ...lines] = listed.output.trim().split('\n')
  t.equal(titles, 'address\tname\tstate\ttenants\tcreated')
  const [{ count } = { count: 0 }] = await sql<{ count: number }[]>`select count(*)::int from users`
  t.equal(lines.length, count)
  t.same(
    lines.map((line) => line.split('\t')[0]),
    lines.map((line) => line.split('\t')[0]).sort(),
    'by address'
  )
  t.match(listed.errors, new RegExp(`${count} accounts`))
})

void t.test('wrong usage and an unreachable database are explained', async (t) => {
  const nowhere = { ...environment, DATABASE_URL: 'postgres://127.0.0.1:1/x' }
  const nothing = { DATA_DIR: config.dataDir }
  const wrong: [Promise<Ended>, number, RegExp][] = [
    [users('nonsense'), 2, /There is no command "nonsense"/],
    [users('list', '--all'), 2, /--help/],
    [users('delete', 'nobody@example.com', '--yes'), 1, /No account has the address nobody@example.com/],
    [run('db-init', ['--admin-email', 'nobody']), 2, /must be an e-mail address/],
    [run('users', ['list'], '', nowhere), 1, /database is unreachable/],
    [run('users', ['list'], '', nothing), 2, /set DATABASE_URL, or first run `npm start`/]
  ]
  for (const [ended, status, says] of wrong) {
    const { code, errors } = await ended
    t.match(errors, says)
    t.equal(code, status, errors)
    t.notMatch(errors, /\n\s+at /, 'no stack')
  }
})

void t.test('db-init creates a new installation, and can be repeated', async (t) => {
  const name = `${databaseName(config.database.url)}_new`
  const settings = { ...environment, DATABASE_URL: withDatabase(config.database.url, name) }
  const fresh = databaseSql(name)
  const made: string[] = []
  t.teardown(() => dropInstallation(settings.DATABASE_URL, made))
  const email = `admin-${randomBytes(4).toString('hex')}@example.com`
  const args = ['--admin-email', email, '--tenant', 'First', '--password-stdin', '--admin-first-name', 'Ada']
  const first = await run('db-init', args, `${PASSWORD}\n`, settings)
  t.equal(first.code, 0, first.errors)
  t.match(first.output, /Created the main database[^]*Created the account[^]*Created the tenant First/)
  t.notMatch(first.output, PASSWORD)
  const [tenant] = await fresh<{ id: string; database_name: string }[]>`select * from tenants`
  made.push(String(tenant?.database_name))
  t.match(tenant, { name: 'First', status: 'active' })

  const [recorded] = await fresh<{ typed: string[] }[]>`
    select data -> 'details' -> 'arguments' as typed from ${committedEvents(fresh)} where data ->> 'action' = 'operator.command'`
  t.same(recorded?.typed, ['--tenant', 'First'], 'recorded without the address and names')

  const api = await startApi(t, configWith(settings))
  const login = await logIn(api.url, email)
  t.match(login.tenants, [{ id: tenant?.id, role: 'admin' }])
  const client = new Client(api.url, login.access_token)
  t.equal((await uploaded(client, String(tenant?.id), 'works')).filename, 'file.txt')

  const again = await run('db-init', args, `${PASSWORD}\n`, settings)
  t.equal(again.code, 0, again.errors)
  t.match(again.output, /The account .* exists[^]*The tenant First .* exists/)
  t.equal((await fresh`select from tenants`).length, 1)
})
