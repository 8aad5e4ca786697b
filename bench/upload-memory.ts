/**
 * How much memory the API takes for uploads: its RSS from /proc before, and the most during one upload of 1 GiB and
 * during 20 of 200 MiB at once, on a process of its own (disk storage, or the one that S3_* settings name). With
 * UPLOAD_CONCURRENCY=20 all of them run; by default half of them wait, and who waits too long comes again.
 * Usage: node --import tsx bench/upload-memory.ts [MiB of the one, 1024] [MiB of each of the 20, 200]
 */
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { startChild } from '../scripts/start/children.js'
import { readEnvironment } from '../src/config.js'
import { createTenant, signUp, startInstallation } from './installation.js'

const MIB = 1024 ** 2
const [one = 1024, each = 200] = process.argv.slice(2).map(Number)
const AT_ONCE = 20
const SAMPLE_MS = 20

const passed = Object.entries(readEnvironment()).filter(([name]) => /^(S3|UPLOAD)_/.test(name))
const installation = await startInstallation({
  MAX_UPLOAD_BYTES: String(5 * 1024 * MIB),
  ...Object.fromEntries(passed)
})
const child = startChild('api', new URL('../src/server.ts', import.meta.url), {
  ...process.env,
  ...installation.environment
})
const url = await child.ready
const { token } = await signUp(url)
const tenant = await createTenant(url, token)

const rss = () =>
  (Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024) / MIB

/** Sends so many MiB in chunks that are made on the way, and deletes the document. */
async function upload(name: string, size: number): Promise<void> {
  const sent = request(`${url}/api/tenants/${tenant.id}/documents?filename=${name}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-length': size * MIB }
  })
  let answered = false as boolean
  const answer = new Promise<{ status: number; text: string }>((resolve, reject) => {
    sent.on('error', (error) => (answered ? undefined : reject(error)))
    sent.on('response', (response) => {
      answered = true
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
  })
  const chunk = Buffer.alloc(MIB / 4, name)
  for (let n = 0; n < size * 4; n++) {
    chunk.writeUInt32LE(n)
    if (sent.write(Buffer.from(chunk))) continue
    // Whoever has been refused need not send the rest.
    await Promise.race([new Promise((resolve) => sent.once('drain', resolve)), answer])
    if (answered) break
  }
  sent.end()
  const { status, text } = await answer
  if (status === 503) return upload(name, size)
  if (status !== 201) throw new Error(`${status} ${text}`)
  const { id, file_id } = (JSON.parse(text) as { data: { id: string; file_id: string } }).data
  for (const path of [`documents/${id}`, `files/${file_id}`]) {
    await fetch(`${url}/api/tenants/${tenant.id}/${path}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}` }
    })
  }
}

/** The most RSS while `work` runs, beyond what it was before. */
async function growth(what: string, work: () => Promise<unknown>): Promise<void> {
  const before = rss()
  let most = before
  const timer = setInterval(() => (most = Math.max(most, rss())), SAMPLE_MS)
  const start = performance.now()
  await work()
  clearInterval(timer)
  const seconds = (performance.now() - start) / 1000
  console.log(
    `${what}: RSS ${before.toFixed(0)} MiB before, ${most.toFixed(0)} MiB at most, grew by ${(most - before).toFixed(0)} MiB, ` +
      `in ${seconds.toFixed(1)} s`
  )
}

// Once around first, so that what is loaded and compiled on the way is there before.
await upload('warm-up', 16)
await delay(1000)
await growth(`1 × ${one} MiB`, () => upload('one', one))
await delay(2000)
await growth(`${AT_ONCE} × ${each} MiB`, () =>
  Promise.all(Array.from({ length: AT_ONCE }, (_, n) => upload(`many-${n}`, each)))
)
await child.stop()
await installation.close()
