import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Api } from './api.js'
import { documentsOf, shortLink, type Uploaded } from './documents.js'
import { expect } from './expect.js'
import type { Server } from './find-server.js'
import type { Owner } from './people.js'
import { checked, duration, exchange, note, shorten } from './print.js'
import type { Document, Page, StoredFile } from './wire.js'

const POLL_MS = 300
const DEADLINE_MS = 30_000

export async function deleteDocument(api: Api, owner: Owner, { document }: Uploaded): Promise<void> {
  const path = `${documentsOf(owner)}/${document.id}`
  await api.ok({ method: 'DELETE', path, token: owner.token }, 200, () => ({}))
  await api.refused({ method: 'GET', path, token: owner.token }, 404)
}

/** Checks that the file of a deleted document stays as long as another one refers to it. */
export async function fileStays(api: Api, owner: Owner, { document }: Uploaded): Promise<void> {
  const path = `/api/tenants/${owner.tenant.id}/files/${document.file_id}`
  const { documents } = await api.ok<StoredFile & { documents: Document[] }>(
    { method: 'GET', path, token: owner.token },
    200,
    ({ id, documents }) => ({ id, documents: documents.map(({ filename }) => filename) })
  )
  expect(documents.length === 1, 'one document that still refers to the file', documents.length)
  checked(`The file stays, since ${documents[0]?.filename ?? ''} refers to it.`)
}

/** Waits until the worker has removed the files that nothing refers to any more. */
export async function watchRemoval(api: Api, owner: Owner, files: StoredFile[]): Promise<void> {
  const call = { method: 'GET', path: `/api/tenants/${owner.tenant.id}/files`, token: owner.token } as const
  const start = performance.now()
  note(
    `Waiting for the worker to remove ${files.map(({ id }) => shorten(id)).join(' and ')} (up to ${DEADLINE_MS / 1000} s)`
  )
  process.stdout.write('       ')
  for (;;) {
    const { status, data } = await api.send(call)
    expect(status === 200, `GET ${call.path} to answer 200`, status)
    const left = (data as Page<StoredFile>).items.filter(({ id }) => files.some((file) => file.id === id))
    process.stdout.write('.')
    if (left.length === 0) break
    const gone = performance.now() - start < DEADLINE_MS
    expect(
      gone,
      'the files to be gone',
      `${left.length} left after ${DEADLINE_MS / 1000} s; does the worker run?`
    )
    await delay(POLL_MS, undefined, { signal: api.signal })
  }
  process.stdout.write('\n')
  await api.ok<Page<StoredFile>>(call, 200, ({ items, pagination }) => ({ total: pagination.total, items }))
  checked(`Gone after ${duration(performance.now() - start)}.`)
}

/** Checks that pre-signed URLs from before find nothing any more. */
export async function oldLinksAreDead(api: Api, urls: string[]): Promise<void> {
  for (const url of urls) {
    const response = await fetch(url, { signal: api.signal })
    await response.body?.cancel()
    exchange('GET', shortLink(url), response.status)
    expect(response.status === 404, 'the old pre-signed URL to answer 404', response.status)
  }
  checked('The links from before find nothing any more.')
}

/**
 * Those of the files that lie on the disk of this machine.
 * @throws {UnexpectedError} when one of ours does not, though our own server keeps its files there
 */
export function filesOnDisk({ dataDir }: Server, isOwn: boolean, files: StoredFile[]): string[] {
  if (dataDir === undefined) return []
  const paths = files.map(({ s3_path }) => join(dataDir, 'objects', s3_path))
  const present = paths.filter((path) => existsSync(path))
  expect(
    !isOwn || present.length === paths.length,
    `the files ${paths.join(', ')}`,
    present.join(', ') || 'none'
  )
  return present
}

export function filesAreGone(paths: string[]): void {
  const left = paths.filter((path) => existsSync(path))
  expect(left.length === 0, 'the files to be gone from the disk', left)
  if (paths.length > 0) checked(`Gone from the disk as well (${paths.length} files below objects/).`)
}
