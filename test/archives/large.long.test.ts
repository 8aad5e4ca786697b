import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { resource } from '../../plugins/resources.js'
import { program } from '../../scripts/program.js'
import { createTenant, signUp, startApi, uploaded } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { onRealS3 } from '../resumable/storages.js'

t.setTimeout(7_200_000)

/** 10 GiB in total. */
const FILES = 128
const FILE_BYTES = 80 * 1024 ** 2

const run = promisify(execFile)
const command = (environment: Record<string, string>, ...args: string[]) =>
  run(process.execPath, [...program('scripts/tenants'), ...args], { env: { ...process.env, ...environment } })

const say = (what: string, since: number) =>
  console.error(`${what}: ${((performance.now() - since) / 1000).toFixed(0)} s`)

async function sha256(bytes: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of bytes) hash.update(chunk)
  return hash.digest('hex')
}

/** @param from storage settings of the exporting installation @param to storage settings of the importing one */
async function exchange(t: Test, from: Record<string, string>, to: Record<string, string>): Promise<void> {
  const here = await createInstallation(t, from)
  const elsewhere = await createInstallation(t, to)
  const { url } = await startApi(t, here.config)
  // The first start creates its storage folder.
  const { app } = await startApi(t, elsewhere.config)
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-large-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))

  const admin = await signUp(url)
  const tenant = await createTenant(admin, 'Large')
  for (let n = 0; n < FILES; n++)
    await uploaded(admin, tenant.id, randomBytes(FILE_BYTES), { filename: `${n}.bin` })
  const file = join(folder, 'large.tar')
  const exporting = performance.now()
  await command(here.environment, 'export', tenant.id, '--to', file)
  say('exported', exporting)
  await run('tar', ['xf', file, '-C', folder])
  await run('sha256sum', ['--quiet', '-c', 'SHA256SUMS'], { cwd: folder })

  const importing = performance.now()
  const { stdout } = await command(elsewhere.environment, 'import', file)
  say('imported', importing)
  t.match(stdout, new RegExp(`${FILES} documents, ${FILES} files`))
  const [imported] = await elsewhere.sql<{ database_name: string }[]>`select database_name from tenants`
  const [source, copy] = [
    here.tenantSql(tenant.database_name),
    elsewhere.tenantSql(String(imported?.database_name))
  ]
  t.same(await copy`select * from documents order by id`, await source`select * from documents order by id`)
  const files = await copy<{ s3_path: string; sha256: string }[]>`select s3_path, sha256 from files`
  t.equal(files.length, FILES)
  const storage = resource(app, 'storage')
  for (const { s3_path, sha256: expected } of files) {
    const bytes = await storage.get(s3_path)
    t.equal(bytes && (await sha256(bytes)), expected)
    await storage.delete(s3_path)
  }
}

t.test('10 GiB arrive in another installation unchanged, bytes and rows', async (t) => {
  await t.test('from disk to disk', (t) => exchange(t, {}, {}))
  await onRealS3(t, async (t, settings) => {
    await t.test('from S3 to disk', (t) => exchange(t, settings, {}))
    await t.test('from disk to S3', (t) => exchange(t, {}, settings))
  })
})
