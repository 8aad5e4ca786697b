import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startApi } from '../helpers/api.js'
import { copyCheckout } from '../helpers/checkout.js'
import { createInstallation } from '../helpers/installation.js'
import { startNpmRegistry } from '../helpers/npm-registry.js'
import { requireTool } from '../helpers/tools.js'
import { until } from '../helpers/until.js'
import { blocksOf } from '../guides/blocks.js'
import { runCommands, withoutNpm } from '../guides/run-commands.js'

for (const name of ['bash', 'curl', 'jq']) requireTool(t, [name])

// Installs and compiles the product, which takes long on a busy machine.
const { config, sql, tenantSql, environment: installation } = await createInstallation(t)
const { url } = await startApi(t, config)
const [install = '', start = '', use = '', other = '', ...more] = blocksOf(
  'examples/express/README.md',
  'sh',
  url
)
t.same(more, [])
const withKey = withoutNpm(start)

const checkout = copyCheckout(t, ['client', 'examples/express'])
const environment = { ...(await startNpmRegistry(t)), ...installation, STRONGROOM_URL: url, PORT: '0' }
const accountsFile = join(checkout, 'examples', 'express', 'accounts.json')

/** Starts the product by these commands. @returns its address, and a function that ends it as `kill -9` does */
async function startProduct(
  t: Test,
  commands: string
): Promise<{ product: string; kill: () => Promise<void> }> {
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', commands], {
    cwd: checkout,
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const ended = once(shell, 'exit')
  const kill = async () => {
    if (shell.exitCode === null && shell.signalCode === null) process.kill(-Number(shell.pid), 'SIGKILL')
    await ended
  }
  t.teardown(kill)
  let output = ''
  for await (const text of shell.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    output += String(text)
    const [, product] = /^The product is at (\S+)$/m.exec(output) ?? []
    if (product !== undefined) return { product, kill }
  }
  throw new Error(`The product did not start:\n${output}`)
}

const tenants = () => sql<{ name: string }[]>`select name from tenants order by name`

t.test('the commands of its README work as shown', async (t) => {
  await runCommands(t, [install], checkout, environment)
  const { product, kill } = await startProduct(t, withKey)
  const at = (commands: string) => commands.replace('http://127.0.0.1:3000', product)
  const { out } = await runCommands(t, [at(use), at(other)], checkout, environment)
  t.match(out, /^\[\n {2}\{\n {4}"id": "[\w-]{36}",\n {4}"name": "report\.txt",/)
  t.match(out, /\n\]\nQuarterly report\n\{"error":"No such document/)
  t.same(await tenants(), [{ name: 'Acme' }, { name: 'Globex' }])
  await kill()
})

t.test('a product in use', async (t) => {
  const makeKey = withKey.slice(0, withKey.indexOf('npm start'))
  const { out: key } = await runCommands(t, [makeKey, 'printf %s "$STRONGROOM_KEY"'], checkout, environment)
  const again = [`export STRONGROOM_KEY=${key}`, 'cd examples/express', 'node dist/server.js'].join('\n')
  const first = await startProduct(t, again)
  const signUp = await fetch(`${first.product}/sign-up`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ company: 'Initech' })
  })
  const { token } = (await signUp.json()) as { token: string }
  const headers = { authorization: `Bearer ${token}` }
  const list = (product = first.product) => fetch(`${product}/documents`, { headers })
  const upload = (name: string, body: string) =>
    fetch(`${first.product}/documents?name=${name}`, { method: 'POST', headers, body })

  await t.test('two concurrent first requests create one tenant', async (t) => {
    const both = await Promise.all([upload('one.txt', 'one'), upload('two.txt', 'two')])
    t.same(
      both.map(({ status }) => status),
      [201, 201]
    )
    const names = ((await (await list()).json()) as { name: string }[]).map(({ name }) => name)
    t.same(names.sort(), ['one.txt', 'two.txt'])
    t.same(
      (await tenants()).filter(({ name }) => name === 'Initech'),
      [{ name: 'Initech' }]
    )
  })

  await t.test('errors that the user can correct are passed on', async (t) => {
    t.equal((await fetch(`${first.product}/documents`)).status, 401)
    t.equal((await upload('', 'text')).status, 422)
    t.equal((await upload('empty.txt', '')).status, 422)
    const page = await upload('page.html', '<script>alert(1)</script>')
    const { id } = (await page.json()) as { id: string }
    const download = await fetch(`${first.product}/documents/${id}`, { headers })
    t.match(download.headers.get('content-disposition'), /^attachment; filename=/)
    t.equal(download.headers.get('x-content-type-options'), 'nosniff')
    t.equal((await fetch(`${first.product}/documents/nothing`, { headers })).status, 422)
  })

  await t.test('when its key is revoked, users do not see why', async (t) => {
    await sql`update api_keys set revoked_at = now()`
    await until(async () => (await list()).status === 502)
    t.same(await (await list()).json(), { error: 'Documents are not available right now' })
    await sql`update api_keys set revoked_at = null`
    await until(async () => (await list()).status === 200)
  })

  await t.test('the product sends on whose behalf it acts', async (t) => {
    const [tenant] = await sql<
      { database_name: string }[]
    >`select database_name from tenants where name = 'Initech'`
    const users = await tenantSql(String(tenant?.database_name))<
      { on_behalf_of: string | null }[]
    >`select distinct on_behalf_of from documents`
    t.equal(users.length, 1)
    t.match(users[0]?.on_behalf_of, /^[\w-]{36}$/)
  })

  await t.test(
    'a product killed after it created a tenant, but before it saved that, finds the tenant again',
    async (t) => {
      await first.kill()
      const accounts = JSON.parse(readFileSync(accountsFile, 'utf8')) as {
        customers: { tenantId?: string }[]
      }
      for (const customer of accounts.customers) delete customer.tenantId
      writeFileSync(accountsFile, JSON.stringify(accounts))
      const { product } = await startProduct(t, again)
      t.equal(((await (await list(product)).json()) as unknown[]).length, 3)
      t.equal((await tenants()).length, 3)
    }
  )
})
