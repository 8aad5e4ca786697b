import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { head, openConnection } from '../helpers/connection.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { storageFindings } from '../crashes/upload-crashes.js'
import { seeded } from '../patches/seeded.js'
import { onEachStorage } from './storages.js'
import { content, MIB, sha256, Tus } from './tus.js'

const SIZE = 18 * MIB

await onEachStorage(t, async (t, settings) => {
  const { config, tenantSql } = await createInstallation(t, { ...settings, SWEEP_INTERVAL: '1' })
  const one = await startApi(t, config)
  const other = await startApi(t, config)
  await startWorker(t, config)
  const ada = await signUp(one.url)
  const tenant = await createTenant(ada)
  const db = tenantSql(tenant.database_name)
  const tus = new Tus(ada, tenant.id)
  const findings = await storageFindings(t, config, tenant)

  /** A PATCH that has sent some of its bytes and then stalls. */
  async function frozen(path: string, bytes: Buffer, sent: number, url = one.url) {
    const headers = [
      `authorization: Bearer ${String(ada.token)}`,
      ...['tus-resumable: 1.0.0', 'upload-offset: 0', 'content-type: application/offset+octet-stream'],
      `content-length: ${bytes.length}`
    ]
    const connection = await openConnection(url, head(`PATCH ${path}`, ...headers))
    connection.socket.write(bytes.subarray(0, sent))
    const written = async () =>
      (await db`select from upload_sessions where epoch = 1 and id = ${idOf(path)}`).length
    await until(async () => (await written()) === 1)
    return {
      closed: () => connection.socket.closed,
      thaw: () => void connection.socket.write(bytes.subarray(sent))
    }
  }
  const savedOf = async (path: string) =>
    (
      await db<
        { saved: number }[]
      >`select upload_offset::int as saved from upload_sessions where id = ${idOf(path)}`
    )[0]?.saved
  const idOf = (path: string) => String(path.split('/').at(-1))

  async function finished(path: string) {
    await until(async () => ['done', 'failed'].includes(String((await tus.get(path))['state'])))
    const { state, document_id } = await tus.get(path)
    const stored = await tus.download(String(document_id))
    const [file] =
      await db`select f.* from files f join documents d on d.file_id = f.id where d.id = ${String(document_id)}`
    return { state, stored, recorded: file?.['sha256'] as string, verified: file?.['verification'] as string }
  }

  await t.test(
    'a writer that another process has replaced can do no harm, whenever it resumes',
    async (t) => {
      const { below } = seeded(3)
      let longest = 150
      for (let round = 0; round < 4; round++) {
        const [bytes, others] = [content(SIZE), content(SIZE)]
        const path = await tus.created(SIZE)
        const sent = MIB + below(SIZE - 2 * MIB)
        const writer = await frozen(path, others, sent)
        // Otherwise bytes that have arrived but are not written yet would be written at any later time.
        if (round === 0) await until(async () => (await savedOf(path)) === sent)
        const elsewhere = new Tus(ada, tenant.id, other.url)
        const { at } = await elsewhere.head(path)
        // The upload keeps what the first writer saved; the other content comes after it.
        const thawing = round === 0 ? undefined : delay(below(longest)).then(writer.thaw)
        const answer = await elsewhere.patch(path, Number(at), bytes.subarray(Number(at)))
        if (round > 0 && answer.status === 409) {
          // The first writer saved more, or resumed, before it was replaced: then it finishes the upload itself.
          await thawing
          t.ok((await finished(path)).stored.equals(others))
          longest *= 2
          round -= 1
          continue
        }
        t.match(answer, { status: 204, at: String(SIZE) })
        const { state, stored, recorded, verified } = await finished(path)
        if (round === 0) writer.thaw()
        await thawing
        t.equal(state, 'done')
        t.equal(verified, 'intact', 'the stored bytes were read')
        t.equal(recorded, sha256(stored), 'the hash is that of the stored bytes')
        if (round === 0) t.ok(stored.subarray(Number(at)).equals(bytes.subarray(Number(at))))
        await until(async () => Promise.resolve(writer.closed()))
        t.equal(sha256((await finished(path)).stored), recorded, 'the stored bytes do not change later')
      }
      await until(async () => (await db`select from upload_tails`).length === 0)
      t.same(await findings(), [])
    }
  )

  await t.test('a writer that is replaced in its own process is cut off', async (t) => {
    const bytes = content(SIZE)
    const path = await tus.created(SIZE)
    const writer = await frozen(path, bytes, 9 * MIB)
    // HEAD reports the bytes that have arrived so far.
    await until(async () => Number((await tus.head(path)).at) === 9 * MIB)
    t.equal(writer.closed(), false)
    t.match(await tus.patch(path, 0, bytes), { code: 'OFFSET_MISMATCH' })
    t.equal(writer.closed(), false, 'a wrong offset does not replace the writer')
    t.match(await tus.patch(path, 9 * MIB, bytes.subarray(9 * MIB)), { status: 204 })
    await until(async () => Promise.resolve(writer.closed()))
    const { stored } = await finished(path)
    t.ok(stored.equals(bytes))
  })

  await t.test(
    'a stopping process saves the bytes that have arrived and disconnects its clients',
    async (t) => {
      const third = await startApi(t, { ...config, shutdown: { ...config.shutdown, drain: 0 } })
      const bytes = content(SIZE)
      /** An upload with nothing saved yet; undefined if the machine was so slow that bytes were saved (after five seconds). */
      async function unsaved() {
        const path = await tus.created(SIZE)
        const writer = await frozen(path, bytes, 5 * MIB + 17, third.url)
        return (await savedOf(path)) === 0 ? { path, writer } : undefined
      }
      let begun = await unsaved()
      while (begun === undefined) begun = await unsaved()
      const { path, writer } = begun
      await third.app.stop()
      t.ok(writer.closed())
      const { at } = await tus.head(path)
      t.ok(Number(at) > 0, `${String(at)} bytes`)
      t.match(await tus.patch(path, Number(at), bytes.subarray(Number(at))), { status: 204 })
      const { stored } = await finished(path)
      t.ok(stored.equals(bytes))
      t.same(
        await db`select from upload_sessions where unclean and id = ${idOf(path)}`,
        [],
        'the takeover is clean'
      )
    }
  )

  await t.test('an abandoned upload leaves nothing', async (t) => {
    const path = await tus.created(SIZE)
    await tus.patch(path, 0, content(9 * MIB + 3))
    t.ok((await db`select from pending_objects`).length > 0)
    await db`update pending_objects set deadline = now() - interval '1 second'`
    t.match(await tus.head(path), { status: 410 })
    t.match(await tus.patch(path, 9 * MIB + 3, content(1)), { code: 'UPLOAD_GONE' })
    await db`update pending_objects set deadline = now() - interval '2 minutes'`
    await until(async () => (await db`select from pending_objects`).length === 0)
    await until(async () => (await tus.head(path)).status === 404)
    t.same(await db`select from upload_tails`, [])
    t.same(await findings(), [])
  })
})
