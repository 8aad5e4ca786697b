// Needs a process of its own: tus-js-client listens to its signals.
import t, { type Test } from 'tap'
import * as tusJs from 'tus-js-client'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { cuttingProxy } from '../helpers/cutting-proxy.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { onEachStorage } from './storages.js'
import { content, MIB, Tus } from './tus.js'

await onEachStorage(t, async (t, settings) => {
  const { config } = await createInstallation(t, { ...settings, SWEEP_INTERVAL: '1' })
  const { url } = await startApi(t, config)
  await startWorker(t, config)
  const ada = await signUp(url)
  const tenant = await createTenant(ada)
  const tus = new Tus(ada, tenant.id)

  const upload = (bytes: Buffer, options: Partial<tusJs.UploadOptions>, endpoint = url) =>
    new Promise<tusJs.Upload>((resolve, reject) => {
      const uploading: tusJs.Upload = new tusJs.Upload(bytes, {
        endpoint: `${endpoint}${tus.path}`,
        headers: { authorization: `Bearer ${String(ada.token)}` },
        metadata: { filename: 'a.bin', filetype: 'application/x-thing' },
        retryDelays: Array.from({ length: 20 }, () => 0),
        onSuccess: () => resolve(uploading),
        // Errors of tus-js-client contain requests, which no reporter can print.
        onError: ({ message }) => reject(new Error(message)),
        ...options
      })
      uploading.start()
    })

  async function arrived(t: Test, uploading: tusJs.Upload, bytes: Buffer): Promise<void> {
    const path = new URL(String(uploading.url)).pathname
    // After an interruption, the worker may have to read the bytes first.
    await until(async () => (await tus.get(path))['state'] !== 'finishing')
    const { state, document_id } = await tus.get(path)
    t.equal(state, 'done')
    t.ok((await tus.download(String(document_id))).equals(bytes))
  }

  await t.test('tus-js-client uploads', async (t) => {
    const bytes = content(3 * MIB)
    await arrived(t, await upload(bytes, {}), bytes)
    const inChunks = content(2 * MIB)
    await arrived(t, await upload(inChunks, { chunkSize: 300_000, uploadDataDuringCreation: true }), inChunks)
    const overridden = content(1000)
    await arrived(t, await upload(overridden, { overridePatchMethod: true }), overridden)
    const deferred = content(100_000)
    const options = { uploadLengthDeferred: true, chunkSize: 30_000 }
    await arrived(t, await upload(deferred, options), deferred)
  })

  await t.test('tus-js-client continues after broken connections', async (t) => {
    const proxy = await cuttingProxy(t, url, 5 * MIB)
    const bytes = content(20 * MIB)
    await arrived(t, await upload(bytes, {}, proxy.url), bytes)
    t.ok(proxy.cuts() > 2, `${proxy.cuts()} times`)
  })

  await t.test('tus-js-client continues in another process of the client', async (t) => {
    const bytes = content(12 * MIB)
    const path = await tus.created(bytes.length)
    await tus.patch(path, 0, bytes.subarray(0, 9 * MIB))
    await arrived(t, await upload(bytes, { uploadUrl: url + path }), bytes)
  })
})
