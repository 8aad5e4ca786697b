import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { resource } from '../../plugins/resources.js'
import { loadConfig } from '../../core/config/config.js'
import configPlugin from '../../plugins/config.js'
import storagePlugin from '../../plugins/storage/index.js'
import { newKey } from './bytes.js'

async function start(t: Test, environment: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-storage-'))
  const settings = loadConfig({
    DATABASE_URL: 'postgres://localhost/none',
    KAFKA_BROKERS: 'localhost:1',
    JWT_SECRET: 'a secret of more than thirty-two bytes',
    SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
    TENANT_ROLE_SECRET: 'another secret of more than thirty-two bytes',
    DATA_DIR: folder,
    ...environment
  })
  const app = Fastify()
  t.teardown(async () => {
    await app.close()
    await rm(folder, { recursive: true, force: true })
  })
  void app.register(configPlugin, { config: settings })
  void app.register(storagePlugin)
  return { app, folder, storage: () => resource(app, 'storage') }
}

const OPTIONS = { filename: 'a', mimeType: 'text/plain', disposition: 'inline', expiresIn: 1 } as const

void t.test("disk: the folder is created, and links have the server's address", async (t) => {
  const { app, folder, storage } = await start(t, {})
  await app.ready()
  t.same(await readdir(join(folder, 'objects')), ['.tmp'])
  t.match(await storage().signDownload(newKey(), OPTIONS), /^http:\/\/localhost:4999\/objects\/tenants\//)
  await app.listen({ port: 0, host: '0.0.0.0' })
  const { port } = app.server.address() as AddressInfo
  const url = await storage().signDownload(newKey(), OPTIONS)
  t.ok(url.startsWith(`http://127.0.0.1:${port}/objects/tenants/`), url)
})

void t.test('disk: links use the public URL if there is one', async (t) => {
  const { app, storage } = await start(t, { PUBLIC_URL: 'https://docs.example.com/api-host/' })
  await app.ready()
  const url = await storage().signDownload(newKey(), OPTIONS)
  t.ok(url.startsWith('https://docs.example.com/api-host/objects/tenants/'), url)
})

void t.test('disk: the application does not start if the folder is not writable', async (t) => {
  const { app, folder } = await start(t, {})
  await writeFile(join(folder, 'objects'), 'a file is in the way')
  await t.rejects(async () => app.ready(), { code: 'STORAGE_UNAVAILABLE' })
})

void t.test('s3: the application starts without the server, and logs that', async (t) => {
  const { app, storage } = await start(t, {
    S3_ENDPOINT: 'http://127.0.0.1:1',
    S3_BUCKET: 'bucket',
    S3_ACCESS_KEY_ID: 'a',
    S3_SECRET_ACCESS_KEY: 'b'
  })
  await app.ready()
  await t.rejects(storage().ping(), { code: 'STORAGE_UNAVAILABLE' })
})
