import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { build } from 'esbuild'
import { chromium, type Page } from 'playwright-core'
import t from 'tap'
import { blocksOf } from '../guides/blocks.js'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { slowNetwork } from '../helpers/slow-network.js'
import { requireTool } from '../helpers/tools.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { content, MIB, Tus } from '../resumable/tus.js'
import { temporaryDataDir } from '../scripts/temporary-folder.js'
import { FLAGS } from './flags.js'

const executablePath = requireTool(
  t,
  ['chromium', 'chromium-browser', 'google-chrome', 'Google Chrome'],
  process.env['TEST_BROWSER']
)

interface Uploader {
  addFile(file: { name: string; type: string; data: unknown }): void
  upload(): Promise<{ failed: unknown[] }>
}
declare const page: { createUploader(options: object): Uploader }
declare const document: { querySelector(selector: string): { files: { name: string; type: string }[] } }

const guide = blocksOf('docs/guides/large-files.md', 'js').find((block) => block.includes('@uppy/core'))
const bundle = await build({
  stdin: { contents: String(guide), resolveDir: process.cwd() },
  ...{ bundle: true, platform: 'browser', format: 'iife', globalName: 'page', write: false }
})
const pages = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.end(`<!doctype html><input type=file><script>${bundle.outputFiles[0]?.text ?? ''}</script>`)
}).listen(0, '127.0.0.1')
await once(pages, 'listening')
t.teardown(() => pages.close())
const origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`

const { config } = await createInstallation(t, { CORS_ORIGINS: origin, SWEEP_INTERVAL: '1' })
const { url } = await startApi(t, config)
await startWorker(t, config)
const browser = await chromium.launch({ executablePath, args: FLAGS })
t.teardown(() => browser.close())

t.test('Uppy resumes after a broken network, and after a reload', async (t) => {
  const ada = await signUp(url)
  const tenant = await createTenant(ada)
  const tus = new Tus(ada, tenant.id)
  const bytes = content(24 * MIB)
  const path = join(temporaryDataDir(t), 'report.bin')
  writeFileSync(path, bytes)
  const network = await slowNetwork(t, url)
  const settings = { server: network.url, tenantId: tenant.id, token: String(ada.token) }

  async function pick(page_: Page): Promise<void> {
    await page_.goto(origin)
    await page_.locator('input').setInputFiles(path)
  }
  /** Uploads with Uppy. @returns how many files failed */
  const send = (page_: Page) =>
    page_.evaluate(async ({ token, ...where }) => {
      const uploader = page.createUploader({ ...where, getToken: () => Promise.resolve(token) })
      const [file] = document.querySelector('input').files
      if (file === undefined) throw new Error('no file')
      uploader.addFile({ name: file.name, type: file.type, data: file })
      return (await uploader.upload()).failed.length
    }, settings)
  const uploads = async () => (await tus.get(tus.path)) as unknown as { id: string }[]
  /** The bytes that have arrived; without asking for them, the server would save them every ten seconds. */
  const arrived = async () => {
    const [upload] = await uploads()
    return upload === undefined ? 0 : Number((await tus.head(`${tus.path}/${upload.id}`)).at)
  }

  const tab = await browser.newPage()
  await pick(tab)
  network.most = 9 * MIB
  const broken = send(tab).catch(() => 'the page was left')
  await until(async () => (await arrived()) >= 8 * MIB)
  network.cut()
  await until(async () => {
    // Bytes sent to a wrong position count as well, so the total is not known in advance.
    if (network.passed > network.most) network.allow(MIB)
    return (await arrived()) >= 16 * MIB
  })
  t.ok((await arrived()) < bytes.length, 'it resumed by itself, and is not complete')
  await pick(tab)
  t.equal(await broken, 'the page was left')

  network.cut()
  Object.assign(network, { most: Infinity, offsets: [] })
  t.equal(await send(tab), 0)
  t.ok(Number(network.offsets[0]) >= 16 * MIB, `only the rest was sent, from ${String(network.offsets)}`)
  const [upload, ...others] = await uploads()
  t.same(others, [], 'it is one upload')
  const at = `${tus.path}/${String(upload?.id)}`
  await until(async () => (await tus.get(at))['state'] === 'done')
  const { document_id, filename } = await tus.get(at)
  t.equal(filename, 'report.bin')
  t.ok((await tus.download(String(document_id))).equals(bytes))
})
