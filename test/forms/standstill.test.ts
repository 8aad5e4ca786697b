import { setTimeout as delay } from 'node:timers/promises'
import Fastify from 'fastify'
import t from 'tap'
import { AppError } from '../../core/errors.js'
import config from '../../plugins/config.js'
import clientErrors from '../../src/http/client-errors.js'
import slowClients from '../../src/http/slow-clients.js'
import { sendRaw } from '../helpers/api.js'
import { unlessStalled } from '../helpers/unless-stalled.js'
import { until } from '../helpers/until.js'
import { createInstallation } from '../helpers/installation.js'

const { configWith } = await createInstallation(t)

/** A place that no asker waits for. */
const unwanted = { isWanted: () => false, recall: () => undefined, leave: () => undefined }

/** An application that reads bodies with `work`. @returns its address, and the errors of its requests */
async function startReader(work: (body: AsyncIterable<Buffer>) => Promise<unknown>, seconds = 1) {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(config, { config: configWith({ UPLOAD_IDLE_TIMEOUT: String(seconds) }) })
  await app.register(clientErrors)
  await app.register(slowClients)
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  const ended: unknown[] = []
  app.post('/', { config: { streamedBody: true } }, async (request, reply) => {
    try {
      await app.expectProgress(request, reply, () => work(request.raw as AsyncIterable<Buffer>), unwanted)
    } catch (error) {
      ended.push(error instanceof AppError ? error.code : error)
      throw error
    }
    return {}
  })
  return { url: await app.listen({ host: '127.0.0.1', port: 0 }), ended }
}

const request = (length: number, sent = length) =>
  `POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: a/b\r\ncontent-length: ${length}\r\n\r\n${'x'.repeat(sent)}`

void t.test(
  'a request with a stalled reader gets an answer, however much of its body has arrived',
  async (t) => {
    const { url, ended } = await startReader(() => new Promise(() => undefined))
    for (const [what, bytes] of [
      ['all of a small body', request(1000)],
      ['more than the buffers hold', request(1_000_000)],
      ['part of a body', request(1_000_000, 60_000)]
    ] as const) {
      const answer = await sendRaw(url, bytes)
      t.match(answer, /^HTTP\/1\.1 503 [^]*"code":"UPLOAD_INTERRUPTED"/, what)
    }
    t.same(ended, ['UPLOAD_INTERRUPTED', 'UPLOAD_INTERRUPTED', 'UPLOAD_INTERRUPTED'])
  }
)

void t.test('a reader that stops in the middle is interrupted', async (t) => {
  const { url, ended } = await startReader(async (body) => {
    for await (const chunk of body) if (chunk.length > 0) await new Promise(() => undefined)
  })
  t.match(await sendRaw(url, request(1_000_000)), /"code":"UPLOAD_INTERRUPTED"/)
  t.same(ended, ['UPLOAD_INTERRUPTED'])
})

void t.test('a reader that has all bytes may take longer than the timeout', async (t) => {
  const { answer, sizes, ended } = await unlessStalled(1, async (seconds) => {
    const sizes: number[] = []
    const reader = await startReader(async (body) => {
      let size = 0
      for await (const chunk of body) size += chunk.length
      await delay(2_500 * seconds)
      sizes.push(size)
    }, seconds)
    return { answer: await sendRaw(reader.url, request(100_000)), sizes, ended: reader.ended }
  })
  t.match(answer, /^HTTP\/1\.1 200 /)
  t.same(sizes, [100_000])
  t.same(ended, [])
})

void t.test('the error of a stalled client is a REQUEST_TIMEOUT, not an UPLOAD_INTERRUPTED', async (t) => {
  const { url, ended } = await startReader(async (body) => {
    for await (const chunk of body) t.ok(chunk.length > 0)
  })
  t.match(await sendRaw(url, request(1_000_000, 1000)), /^HTTP\/1\.1 408 [^]*"code":"REQUEST_TIMEOUT"/)
  await until(async () => ended.length > 0)
  t.same(ended, ['REQUEST_TIMEOUT'])
})
