import { chromium, type Page } from 'playwright-core'
import t from 'tap'
import { createTenant, PASSWORD, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { requireTool } from '../helpers/tools.js'
import { FLAGS } from './flags.js'

/** The browser in TEST_BROWSER, or one that is installed under a common name. */
const executablePath = requireTool(
  t,
  ['chromium', 'chromium-browser', 'google-chrome', 'Google Chrome'],
  process.env['TEST_BROWSER']
)

const { config } = await createInstallation(t)
const { url } = await startApi(t, config)
const browser = await chromium.launch({ executablePath, args: FLAGS })
t.teardown(() => browser.close())

/** A page that records its errors, loads from other origins and breaches of its Content-Security-Policy. */
async function openPage(): Promise<{ page: Page; offences: string[] }> {
  const page = await browser.newPage()
  const offences: string[] = []
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url())
    if (protocol !== 'data:' && protocol !== 'blob:' && origin !== url) offences.push(request.url())
  })
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) offences.push(message.text())
  })
  page.on('pageerror', (error) => offences.push(error.message))
  await page.goto(`${url}/docs`)
  return { page, offences }
}

/** Opens the form of an operation. */
async function open(page: Page, tag: string, operationId: string) {
  const block = page.locator(`#operations-${tag}-${operationId}`)
  await block.locator('.opblock-summary-control').click()
  return block
}

t.test('the documentation logs in, authorises and uploads a file', async (t) => {
  const ada = await signUp(url)
  const tenant = await createTenant(ada)
  const { page, offences } = await openPage()

  const login = await open(page, 'Auth', 'login')
  await login
    .locator('textarea.body-param__text')
    .fill(JSON.stringify({ email: ada.email, password: PASSWORD }))
  const answering = page.waitForResponse(`${url}/api/auth/login`)
  await login.locator('button.execute').click()
  const { data } = (await (await answering).json()) as { data: { access_token: string } }
  await login.locator('.live-responses-table .response-col_status', { hasText: '200' }).waitFor()

  await page.locator('.auth-wrapper button.authorize').click()
  t.equal(await page.locator('.modal-ux .auth-container').count(), 1, 'there is one input for the token')
  const scheme = page.locator('.modal-ux .auth-container', { hasText: 'access_token' })
  await scheme.locator('input').fill(data.access_token)
  await scheme.locator('button.authorize').click()
  await scheme.locator('button.btn-done').click()

  const upload = await open(page, 'Documents', 'uploadDocument')
  const top = async (selector: string) => (await upload.locator(selector).boundingBox())?.y ?? NaN
  t.ok(
    (await top('input[type=file]')) < (await top('tr[data-param-name="tenant_id"]')),
    'the file is the first field of the form'
  )
  await upload.locator('tr[data-param-name="tenant_id"] input').fill(tenant.id)
  await upload
    .locator('input[type=file]')
    .setInputFiles({ name: 'from the browser.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') })
  await upload.locator('button.execute').click()
  await upload.locator('.live-responses-table .response-col_status', { hasText: /\d{3}/ }).waitFor()
  t.match(await upload.locator('.live-responses-table').innerText(), /201[^]*Document created/)

  const list = await ada.get<{ items: object[] }>(`/api/tenants/${tenant.id}/documents`)
  t.match(list.body.data.items, [{ filename: 'from the browser.txt', mime_type: 'text/plain' }])
  t.same(offences, [], 'nothing was loaded from elsewhere, and nothing was blocked')
})

t.test('the pages at / and /errors have their style and icon, and link to each other', async (t) => {
  const { page, offences } = await openPage()
  const failed: string[] = []
  page.on('response', (response) => {
    if (response.status() >= 400) failed.push(response.url())
  })
  await page.goto(url)
  await page.locator('a', { hasText: 'Errors' }).click()
  await page.waitForURL(`${url}/errors`)
  await page.goto(`${url}/errors/#DOCUMENT_NOT_FOUND`)
  const row = page.locator('tr:target')
  t.match(await row.innerText(), /DOCUMENT_NOT_FOUND[^]*404/)
  const colour = await page.evaluate("getComputedStyle(document.querySelector('tr:target')).backgroundColor")
  t.equal(colour, 'rgb(253, 243, 211)', 'the row is highlighted')
  t.same([...offences, ...failed], [], 'nothing was loaded from elsewhere, was blocked or is missing')
})
