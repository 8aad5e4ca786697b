import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import t from 'tap'
import { program } from '../../scripts/program.js'
import { createTenant, signUp, startApi, uploaded } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'

t.setTimeout(7_200_000)

/** 10 GB in all. */
const FILES = 100
const FILE_BYTES = 100_000_000

const here = await createInstallation(t)
const elsewhere = await createInstallation(t)
const { url } = await startApi(t, here.config)
// Its first start makes the folder of its objects.
await startApi(t, elsewhere.config)
const folder = await mkdtemp(join(tmpdir(), 'strongroom-large-'))
t.teardown(() => rm(folder, { recursive: true, force: true }))

const run = promisify(execFile)
const command = (environment: Record<string, string>, ...args: string[]) =>
  run(process.execPath, [...program('scripts/tenants'), ...args], { env: { ...process.env, ...environment } })

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

t.test('10 GB go to another installation, byte by byte and row by row', async (t) => {
  const admin = await signUp(url)
  const tenant = await createTenant(admin, 'Large')
  for (let n = 0; n < FILES; n++)
    await uploaded(admin, tenant.id, randomBytes(FILE_BYTES), { filename: `${n}.bin` })
  const file = join(folder, 'large.tar')
  await command(here.environment, 'export', tenant.id, '--to', file)
  await run('tar', ['xf', file, '-C', folder])
  await run('sha256sum', ['--quiet', '-c', 'SHA256SUMS'], { cwd: folder })

  const { stdout } = await command(elsewhere.environment, 'import', file)
  t.match(stdout, new RegExp(`${FILES} documents, ${FILES} files`))
  const [imported] = await elsewhere.sql<{ database_name: string }[]>`select database_name from tenants`
  const [source, copy] = [
    here.tenantSql(tenant.database_name),
    elsewhere.tenantSql(String(imported?.database_name))
  ]
  t.same(await copy`select * from documents order by id`, await source`select * from documents order by id`)
  const files = await copy<{ s3_path: string; sha256: string }[]>`select s3_path, sha256 from files`
  t.equal(files.length, FILES)
  for (const { s3_path, sha256: expected } of files)
    t.equal(await sha256(join(elsewhere.config.dataDir, 'objects', s3_path)), expected)
})
