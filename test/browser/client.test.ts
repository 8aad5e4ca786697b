import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import t from 'tap'
import type * as Client from '../../client/index.js'
import { createTenant, PASSWORD, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { requireTool } from '../helpers/tools.js'
import { FLAGS } from './flags.js'

const executablePath = requireTool(
  t,
  ['chromium', 'chromium-browser', 'google-chrome', 'Google Chrome'],
  process.env['TEST_BROWSER']
)

declare const strongroomClient: typeof Client

const bundle = await build({
  entryPoints: ['client/index.ts'],
  bundle: true,
  platform: 'browser',
  format: 'iife',
  globalName: 'strongroomClient',
  write: false
})
/** A page on a different origin from the API's. */
const pages = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html')
  response.end('<!doctype html><title>Client</title>')
}).listen(0, '127.0.0.1')
await once(pages, 'listening')
t.teardown(() => pages.close())
const origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`

const { configWith } = await createInstallation(t)
const { url } = await startApi(t, configWith({ CORS_ORIGINS: origin }))
const browser = await chromium.launch({ executablePath, args: FLAGS })
t.teardown(() => browser.close())

t.test('a page on another origin uploads with progress, lists and downloads', async (t) => {
  const ada = await signUp(url)
  const tenant = await createTenant(ada)
  const page = await browser.newPage()
  await page.goto(origin)
  await page.addScriptTag({ content: bundle.outputFiles[0]?.text ?? '' })
  const result = await page.evaluate(
    async ({ url, account, tenantId }) => {
      const strongroom = strongroomClient.createStrongroom({ url })
      await strongroom.auth.login(account)
      const content = new Blob(['x'.repeat(300_000)], { type: 'text/plain' })
      const progress: (number | undefined)[][] = []
      const document = await strongroom.documents.upload(tenantId, content, {
        filename: 'x.txt',
        onProgress: (...now) => void progress.push(now)
      })
      await strongroom.documents.upload(tenantId, content.stream(), { filename: 'stream.txt' })
      const resumable = await strongroom.uploads.upload(tenantId, content, {
        filename: 'pieces.txt',
        pieceSize: 200_000
      })
      const names: string[] = []
      for await (const { filename } of strongroom.documents.list(tenantId, { sort: 'filename', per_page: 1 }))
        names.push(filename)
      const { stream, etag } = await strongroom.documents.download(tenantId, document.id)
      const { length } = await new Response(stream).text()
      const refused = await strongroom.documents
        .upload(tenantId, new Blob([]), { filename: 'empty', onProgress: () => undefined })
        .catch((error: unknown) => (error as Client.StrongroomError).code)
      const path = await strongroom.documents
        .upload(tenantId, '/etc/hosts')
        .catch((error: unknown) => (error as Error).message)
      return { last: progress.at(-1), resumed: resumable.length, names, etag, length, refused, path }
    },
    { url, account: { email: ada.email, password: PASSWORD }, tenantId: tenant.id }
  )
  t.match(result, {
    last: [300_000, 300_000],
    resumed: 300_000,
    names: ['pieces.txt', 'stream.txt', 'x.txt'],
    etag: /^"[0-9a-f]{64}"$/,
    length: 300_000,
    refused: 'EMPTY_FILE',
    path: /work in Node only/
  })
})
